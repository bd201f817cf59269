// Over epochs and over batches: what fit and evaluate share.
#pragma once

#include "training/feed.hpp"
#include "training/progress_clock.hpp"
#include "training/run_options.hpp"
#include "training/training_step.hpp"

namespace lamina {

/// Trains over the epochs that options name; `validation` may be null.
History run_epochs(TrainingStep& step, Feed& feed, Feed* validation, const FitOptions& options);

/// Evaluates over one pass.
Logs run_test(TrainingStep& step, Feed& feed, const Callbacks& callbacks, ProgressClock& clock);

}  // namespace lamina
