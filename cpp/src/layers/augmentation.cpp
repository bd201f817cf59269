#include "layers/augmentation.hpp"

#include "core/options.hpp"
#include "lamina/ops/image.hpp"
#include "layers/image_axes.hpp"

namespace lamina {
namespace {

struct Kind {
  const char* type;
  bool draws = true;  // from a sequence of random numbers, whose place files hold
};

constexpr Kind kinds[] = {
    {"AugMix"},
    {"CutMix"},
    {"Equalization", false},
    {"MixUp"},
    {"RandAugment"},
    {"RandomBrightness"},
    {"RandomColorDegeneration"},
    {"RandomColorJitter"},
    {"RandomContrast"},
    {"RandomCrop"},
    {"RandomElasticTransform"},
    {"RandomErasing"},
    {"RandomGaussianBlur"},
    {"RandomGrayscale"},
    {"RandomHue"},
    {"RandomInvert"},
    {"RandomPerspective"},
    {"RandomPosterization"},
    {"RandomRotation"},
    {"RandomSaturation"},
    {"RandomSharpness"},
    {"RandomShear"},
    {"RandomTranslation"},
    {"RandomZoom"},
    {"Solarization"},
};

DataFormat format_of(const Config& config) {
  return config.is_null("data_format") ? DataFormat() : DataFormat::read(config, "data_format");
}

}  // namespace

std::shared_ptr<Layer> Augmentation::make(const std::string& type, const Config& config) {
  for (const Kind& kind : kinds) {
    if (kind.type == type) return std::make_shared<Augmentation>(type, config, kind.draws);
  }
  return nullptr;
}

Augmentation::Augmentation(const std::string& type, const Config& config, bool draws)
    : UnaryLayer(type, config.is_null("name") ? std::string() : config.string("name")),
      config_(config),
      draws_(draws) {
  apply_base_config(config);
  if (!crops()) return;
  for (const char* key : {"height", "width"}) {
    require(config_.integer(key) > 0, label(), key, config_.integer(key), "above 0");
  }
}

Config Augmentation::config() const {
  Config config = config_;
  return config.set("name", name()).set("trainable", trainable()).set("dtype", name_of(dtype()));
}

Shape Augmentation::output_shape(const Shape& input_shape) const {
  if (!crops()) return input_shape;
  return with_size(label(), input_shape, format_of(config_), config_.integer("height"),
                   config_.integer("width"));
}

void Augmentation::build(const Shape& input_shape) {
  output_shape(input_shape);
  if (draws_) add_random_stream("augmentation");
}

Tensor Augmentation::call(const Tensor& inputs, bool training) {
  if (training) {
    fail(ErrorKind::state, label(),
         " changes images in training, which lamina's Python package does: train there; outside ",
         "of training it runs here too");
  }
  if (!crops()) return inputs;
  return ops::center_crop(inputs, config_.integer("height"), config_.integer("width"),
                          format_of(config_).channels_first());
}

bool Augmentation::accepts(const Shape& input_shape) const {
  return input_shape.rank() == 3 || input_shape.rank() == 4;
}

}  // namespace lamina
