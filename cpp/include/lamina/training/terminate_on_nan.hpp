#pragma once

#include "lamina/training/callback.hpp"

namespace lamina {

/// Ends a run when the loss is NaN or infinite. It reads the loss after each batch, for which a
/// device is waited for.
class LAMINA_API TerminateOnNaN : public Callback {
 public:
  /// `raise_error`: a state error, so that no on_train_end is called, instead of an orderly end.
  explicit TerminateOnNaN(bool raise_error = false) : raise_error_(raise_error) {}

  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  bool raise_error() const noexcept { return raise_error_; }

 private:
  bool raise_error_;
};

}  // namespace lamina
