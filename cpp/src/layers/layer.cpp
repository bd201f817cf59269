#include "lamina/layers/layer.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "core/options.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/floatx.hpp"
#include "lamina/core/interruption.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/layers/operation.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "layers/given_batch.hpp"
#include "layers/loading.hpp"
#include "layers/loss_scope.hpp"
#include "layers/run_call.hpp"

namespace lamina {
namespace {

// "BatchNormalization" to "batch_normalization", "MaxPooling2D" to "max_pooling2d", as Keras names
// layers: a word begins at a capital that follows a small letter or precedes one.
std::string snake_case(const std::string& name) {
  const auto is = [&](int (*kind)(int), std::size_t at) {
    return at < name.size() && kind(static_cast<unsigned char>(name[at])) != 0;
  };
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = i > 0 && (is(std::islower, i - 1) || is(std::islower, i + 1));
    if (begins && is(std::isupper, i)) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return result;
}

void check_name(const std::string& type, const std::string& name) {
  if (name.find('/') != std::string::npos) {
    fail(ErrorKind::value, type, " got the name '", name,
         "'; a name must not contain '/', which separates it from its weights");
  }
}

// Layers that are being built, and by which thread.
class BuildingScope {
 public:
  BuildingScope(const Layer& layer, const std::string& label) {
    const std::lock_guard lock(mutex());
    const auto [place, is_new] = builders().try_emplace(&layer, std::this_thread::get_id());
    if (!is_new && place->second != std::this_thread::get_id()) {
      fail(ErrorKind::state, label,
           " is being built by another thread; build it, by a call or its "
           "input shape, before threads share it");
    }
    if (is_new) layer_ = &layer;
  }
  ~BuildingScope() {
    const std::lock_guard lock(mutex());
    if (layer_ != nullptr) builders().erase(layer_);
  }
  BuildingScope(const BuildingScope&) = delete;
  BuildingScope& operator=(const BuildingScope&) = delete;

 private:
  static std::mutex& mutex() {
    static auto* const instance = new std::mutex;
    return *instance;
  }
  static std::map<const Layer*, std::thread::id>& builders() {
    static auto* const instance = new std::map<const Layer*, std::thread::id>;
    return *instance;
  }
  const Layer* layer_ = nullptr;
};

// What is likely to be wrong with inputs of a shape that a layer was not built for.
const char* advice_on(const Shapes& built, const Shapes& given) {
  if (built.size() != 1 || given.size() != 1) return "; give inputs of those shapes";
  const Shape& expected = built.front();
  const Shape& got = given.front();
  const auto axes_match = [&](int first_expected, int first_got, int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t extent = expected[first_expected + i];
      if (extent != Shape::none && extent != got[first_got + i]) return false;
    }
    return true;
  };
  const int rank = expected.rank();
  if (got.rank() == rank - 1 && axes_match(1, 0, rank - 1)) {
    return "; that is one sample: give a batch of it, x[None]";
  }
  if (got.rank() == rank - 1 && rank > 2 && axes_match(2, 1, rank - 2)) {
    return "; an Input's shape is that of one sample, without the number of samples";
  }
  if (got.rank() == rank && rank > 2 && expected[rank - 1] == got[1] &&
      axes_match(1, 2, rank - 2)) {
    return "; channels stand last: np.moveaxis(x, 1, -1) brings them there";
  }
  return "; give inputs of that shape, or make a new layer for these";
}

}  // namespace

Layer::Layer(std::string type, std::string name)
    : type_(std::move(type)),
      name_(std::move(name)),
      dtype_(floatx()),
      name_given_(!name_.empty()) {
  check_name(type_, name_);
  if (!name_given_) name_ = snake_case(type_);
}

Layer::~Layer() = default;

void Layer::set_name(const std::string& name) {
  check_name(type_, name);
  name_ = name;
  update_paths();
}

void Layer::set_scope(const std::string& scope) {
  scope_ = scope;
  update_paths();
}

void Layer::update_paths() {
  for (Variable& weight : weights_) weight.set_path(scope_ + name_ + "/" + weight.name());
}

void Layer::set_dtype(Dtype dtype) {
  if (!computes_in(dtype)) {
    fail(ErrorKind::value, label(), " computes in float32 or float64, got ", name_of(dtype));
  }
  if (built_) fail(ErrorKind::state, label(), " is built; set its dtype before");
  dtype_ = dtype;
}

void Layer::set_device(Device device) {
  if (device != device_ && !weights_.empty()) {
    fail(ErrorKind::state, label(), " has its weights on ", name_of(device_), ", not on ",
         name_of(device), "; make it there, within the device's scope");
  }
  device_ = device;
}

Tensors Layer::operator()(const Tensors& inputs, const CallContext& context) {
  return run_call(inputs, context, [this](const Tensors& given, const CallContext& resolved) {
    return call(given, resolved);
  });
}

Tensors Layer::begin_call(const Tensors& inputs, const CallContext& context) {
  if (!inputs.defined()) {
    fail(ErrorKind::value, label(), " got no inputs: None, or an empty list");
  }
  const Shapes shapes = shapes_of(inputs);
  const bool was_built = built_;
  if (!was_built) ensure_built(shapes);
  // Building leaves the batch axes alone, in which several inputs must agree.
  if ((was_built || shapes.size() > 1) && !accepts(shapes)) {
    fail(ErrorKind::value, label(), " was built for inputs ", build_shapes_.str(), " but got ",
         shapes.str(), advice_on(build_shapes_, shapes));
  }
  if (!call_losses_.empty() && grad_enabled()) call_losses_.clear();
  if (context.arguments != nullptr) check_arguments(context);
  const Tensors masks = context.argument("mask");
  Tensors given;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& input = inputs[i];
    const Tensor mask = i < masks.size() ? masks[i] : input.mask();
    const Dtype wanted = input_dtype(input.dtype());
    Tensor prepared = wanted == input.dtype() ? input : input.cast(wanted);
    if (moves_inputs()) prepared = prepared.to(device_);
    given.push_back(mask.handle() == prepared.mask().handle() ? std::move(prepared)
                                                              : prepared.with_mask(mask));
  }
  return given;
}

Tensors Layer::end_call(const Tensors& given, Tensors outputs) const {
  bool masked = false;
  for (const Tensor& input : given) masked = masked || input.mask().defined();
  if (!masked) return outputs;
  if (!supports_masking()) {
    warn(concat(label(), " got inputs with a mask, which it does not support: the mask ends here, ",
                "and layers after it see all entries"));
    return outputs.each([](const Tensor& output) { return output.with_mask({}); });
  }
  const Tensors masks = compute_mask(given);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i < masks.size()) outputs.set(i, outputs[i].with_mask(masks[i]));
  }
  return outputs;
}

Tensors Layer::compute_mask(const Tensors& inputs) const { return inputs.front().mask(); }

void Layer::check_arguments(const CallContext& context) const {
  const std::vector<std::string> known = argument_names();
  const auto check = [&](const std::string& name) {
    if (name == "mask" || std::find(known.begin(), known.end(), name) != known.end()) return;
    std::string names = "mask";
    for (const std::string& each : known) names += ", " + each;
    fail(ErrorKind::type, label(), " takes no argument '", name, "'; expected training, ", names);
  };
  for (const auto& [name, tensors] : context.arguments->tensors) check(name);
  for (const std::string& name : context.arguments->values.keys()) check(name);
}

std::vector<std::shared_ptr<GraphNode>> Layer::applications() const {
  std::vector<std::shared_ptr<GraphNode>> result;
  for (const auto& application : applications_) {
    if (auto node = application.lock()) result.push_back(std::move(node));
  }
  return result;
}

void Layer::add_application(const std::shared_ptr<GraphNode>& node) {
  std::erase_if(applications_, [](const auto& application) { return application.expired(); });
  applications_.push_back(node);
}

void Layer::add_loss(const Tensor& loss) {
  if (loss.size() != 1) {
    fail(ErrorKind::value, label(), " adds to the loss by scalars, got shape ", loss.shape());
  }
  if (LossScope* scope = LossScope::current()) {
    scope->add(loss.reshape({}));
  } else if (grad_enabled()) {
    call_losses_.push_back(loss.reshape({}));
  }
}

void Layer::regularize_activity(const Regularizer& regularizer, const Tensor& outputs) {
  if (!regularizer || outputs.size() == 0) return;
  add_loss(regularizer(outputs) / static_cast<double>(outputs.shape()[0]));
}

int Layer::axis_of(const Shape& input_shape, std::int64_t axis) const {
  if (axis < -input_shape.rank() || axis >= input_shape.rank()) {
    fail(ErrorKind::value, label(), " works along axis ", axis, ", which inputs ", input_shape,
         " do not have");
  }
  return input_shape.axis(static_cast<int>(axis));
}

TensorList Layer::losses() const {
  TensorList result = call_losses_;
  for (const Variable& weight : weights_) {
    if (weight.regularizer() && weight.trainable()) {
      result.push_back(weight.regularizer()(weight.value()));
    }
  }
  return result;
}

void Layer::ensure_built(const Shapes& input_shapes) {
  if (input_shapes.empty()) fail(ErrorKind::value, label(), " got an empty list of inputs");
  if (built_) {
    if (!accepts(input_shapes)) {
      fail(ErrorKind::value, label(), " was built for inputs ", build_shapes_.str(),
           " and cannot be built again for ", input_shapes.str(), "; build a new layer");
    }
    return;
  }
  Shapes shapes;
  for (const Shape& input_shape : input_shapes) {
    if (input_shape.rank() == 0) {
      if (dynamic_cast<const Operation*>(this) != nullptr) {  // which knows no batch
        shapes.push_back(input_shape);
        continue;
      }
      fail(ErrorKind::value, label(), " needs inputs with a batch axis, got a scalar of shape ()");
    }
    shapes.push_back(input_shape.with(0, Shape::none));
  }
  const BuildingScope building(*this, label());
  const DeviceScope on_device(device_);
  const GivenBatch batch(input_shapes.front().rank() > 0 ? input_shapes.front()[0] : Shape::none);
  // What a build that failed has left is made again; what was made before belongs to the layer.
  const std::size_t weights = weights_.size(), streams = streams_.size();
  try {
    build(shapes);
  } catch (...) {
    weights_.resize(weights);
    made_trainable_.resize(weights);
    streams_.resize(streams);
    throw;
  }
  build_shapes_ = std::move(shapes);
  built_ = true;
}

std::vector<Variable> Layer::trainable_weights() const {
  std::vector<Variable> result;
  for (const Variable& weight : weights()) {
    if (weight.trainable()) result.push_back(weight);
  }
  return result;
}

std::int64_t Layer::count_params() const {
  std::int64_t count = 0;
  for (const Variable& weight : weights()) count += weight.shape().size();
  return count;
}

void Layer::set_trainable(bool trainable) {
  trainable_ = trainable;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    weights_[i].set_trainable(trainable && made_trainable_[i]);
  }
}

std::vector<std::pair<std::string, RandomStream>> Layer::random_streams() const {
  std::vector<std::pair<std::string, RandomStream>> result;
  for (const auto& [stream_name, stream] : streams_) {
    result.emplace_back(name_ + "/" + stream_name, stream);
  }
  return result;
}

TensorList Layer::get_weights() const {
  TensorList values;
  for (const Variable& weight : weights()) {
    values.push_back(weight.value().copy());
  }
  return values;
}

void Layer::set_weights(const TensorList& values) {
  std::vector<Variable> targets = weights();
  if (targets.size() != values.size()) {
    fail(ErrorKind::value, label(), " has ", targets.size(), " weights, got ", values.size(),
         targets.empty() ? "; build it first" : "");
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].shape() != values[i].shape()) {
      fail(ErrorKind::value, label(), ": weight '", targets[i].path(), "' has shape ",
           targets[i].shape(), ", got ", values[i].shape());
    }
  }
  const Uninterrupted whole;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets[i].assign(values[i].cast(targets[i].dtype()));
  }
}

std::vector<std::pair<std::string, Variable>> Layer::named_weights() const {
  std::vector<std::pair<std::string, Variable>> result;
  for (const Variable& weight : weights_) {
    result.emplace_back(name_ + "/" + weight.name(), weight);
  }
  return result;
}

void Layer::apply_base_config(const Config& config) {
  if (!config.is_null("name")) {
    set_name(config.string("name"));
    name_given_ = true;
  }
  if (!config.is_null("dtype")) set_dtype(dtype_from_name(config.string("dtype")));
  if (!config.is_null("trainable")) set_trainable(config.boolean("trainable"));
}

Variable Layer::add_weight(const std::string& name, const Shape& shape,
                           const Initializer& initializer, const WeightOptions& options) {
  for (const Variable& weight : weights_) {
    if (weight.name() == name) {
      fail(ErrorKind::value, label(), " already has a weight named '", name, "'");
    }
  }
  if (!shape.is_known()) {
    fail(ErrorKind::value, label(), " cannot make its weight '", name, "' of shape ", shape,
         ": every extent must be known; give the inputs' shape first");
  }
  const std::string path = scope_ + name_ + "/" + name;
  Tensor initial;
  if (LoadingScope::active()) {
    if (!LoadingScope::claim(byte_count(shape, dtype_))) {
      fail(ErrorKind::value, label(), " claims a weight '", name, "' of shape ", shape,
           ", more than the whole file that is being loaded");
    }
    initial = Tensor::zeros(shape, dtype_);
  } else {
    RandomStream random = RandomStream::open(path);
    initial = initializer(shape, dtype_, random);
  }
  Variable weight(initial, name, options.trainable && trainable_);
  weight.set_path(path);
  if (options.regularizer) weight.set_regularizer(options.regularizer);
  if (options.constraint) weight.set_constraint(options.constraint);
  weights_.push_back(weight);
  made_trainable_.push_back(options.trainable);
  return weight;
}

void Layer::adopt_weight(const Variable& weight) {
  weights_.push_back(weight);
  made_trainable_.push_back(weight.trainable());
  if (!trainable_) weights_.back().set_trainable(false);
  update_paths();
}

void Layer::release_weight(const Variable& weight) {
  const auto found = std::find(weights_.begin(), weights_.end(), weight);
  if (found == weights_.end()) return;
  made_trainable_.erase(made_trainable_.begin() + (found - weights_.begin()));
  weights_.erase(found);
}

RandomStream Layer::add_random_stream(const std::string& name) {
  streams_.emplace_back(name, RandomStream::open(scope_ + name_ + "/" + name));
  return streams_.back().second;
}

Config Layer::base_config() const {
  return Config().set("name", name_).set("trainable", trainable_).set("dtype", name_of(dtype_));
}

}  // namespace lamina
