// The preconditions that the operators of this folder share, as errors that name the operator and the argument.
#pragma once

#include <ATen/ATen.h>

namespace archwright {

inline void check_float_cpu(const at::Tensor& t, const char* op, const char* argument) {
  TORCH_CHECK(t.defined(), op, ": ", argument, " is undefined");
  TORCH_CHECK(t.device().is_cpu(), op, ": ", argument, " must be on the CPU, is on ", t.device());
  TORCH_CHECK(t.layout() == at::kStrided, op, ": ", argument, " must be a strided tensor");
  TORCH_CHECK(t.scalar_type() == at::kFloat, op, ": ", argument, " must be float32, is ", t.scalar_type());
}

// These operators have no derivative: refuse to drop a gradient in silence.
inline void check_no_grad(const at::Tensor& t, const char* op, const char* argument) {
  TORCH_CHECK(!(at::GradMode::is_enabled() && t.requires_grad()), op, ": ", argument,
              " requires a gradient and this operator has none; call it with gradients disabled");
}

inline void check_channels_last(const at::Tensor& t, const char* op, const char* argument) {
  check_float_cpu(t, op, argument);
  check_no_grad(t, op, argument);
  TORCH_CHECK(t.dim() == 4, op, ": ", argument, " must have 4 dimensions [B,C,H,W], has shape ", t.sizes());
  TORCH_CHECK(t.is_contiguous(at::MemoryFormat::ChannelsLast), op, ": ", argument,
              " must be contiguous in channels-last memory format, has shape ", t.sizes(), " and strides ",
              t.strides());
}

inline void check_weight(const at::Tensor& t, const char* op, const char* argument) {
  check_float_cpu(t, op, argument);
  check_no_grad(t, op, argument);
  TORCH_CHECK(t.dim() == 4, op, ": ", argument, " must have 4 dimensions, has shape ", t.sizes());
}

inline void check_no_overlap(const at::Tensor& out, const at::Tensor& input, const char* op, const char* argument) {
  const char *o = static_cast<const char*>(out.data_ptr()), *i = static_cast<const char*>(input.data_ptr());
  TORCH_CHECK(o + out.nbytes() <= i || i + input.nbytes() <= o, op, ": ", argument, " must not share memory with out");
}

}  // namespace archwright
