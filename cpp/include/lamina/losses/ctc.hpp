// A loss of sequences whose alignment is unknown.
#pragma once

#include "lamina/losses/loss.hpp"

namespace lamina {

/// Connectionist temporal classification: -log of the probability of all alignments of the labels
/// with the steps. Predictions are logits (batch, steps, classes); labels (batch, length) are class
/// numbers from 1 on, 0 fills up: class 0 is the blank. Graves et al., 2006.
struct LAMINA_API CTC : FusedLoss {
  using Options = PlainLossOptions;
  explicit CTC(const Options& options = {});
};

}  // namespace lamina
