// jacobiscope-cli encode: a picture's noise and log-determinant.
#include <iostream>

#include "app/sub_command.h"
#include "app/input_files.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/tarflow_only.h"
#include "engine/checkpoint/safetensors.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

int run([[maybe_unused]] const Arguments& arguments) {
  needTorch("encode");
#ifdef JACOBISCOPE_WITH_TORCH
  const std::filesystem::path out = *arguments.text("--out");
  if (extensionOf(out) != ".safetensors") {
    throw UsageError("--out " + out.string() + " is no .safetensors file.");
  }
  checkOutput(out);
  const OpenModel model = openModel(*arguments.text("--model"), arguments);
  const auto label =
      labelOf(model.info(), arguments.text("--label"), arguments.text("--label-name"));
  const PictureShape shape = pictureShape(*model.family);
  InputPictures pictures = readPictures(*arguments.text("--image"), shape.channels, shape.height,
                                        shape.width);
  const std::int64_t count = pictures.images.shape[0];
  if (label && !pictures.labels.empty()) {
    throw UsageError("The labels are given twice: by an option and in the file of --image.",
                     "Leave out --label.");
  }
  if (label) pictures.labels.assign(count, *label);
  throwIfInterrupted();
  const Arrays encoded = encodeImages(*model.family, pictures.images, pictures.labels);
  throwIfInterrupted();
  writeSafetensors(out, encoded);
  if (!arguments.has("--json")) {
    std::cout << out.string() << ": " << pictures.origin << '\n';
    return 0;
  }
  printJson({{"model", model.info().name},
             {"count", count},
             {"logdet", std::get<std::vector<float>>(encoded.at("logdet").values)},
             {"out", out.string()}});
#endif
  return 0;
}

}  // namespace

SubCommand encodeCommand() {
  return {"encode", "", "A picture's noise z and log-determinant (tarflow)",
          withModelOptions({{"--image", "FILE",
                             "a PNG or JPEG, or a .safetensors with image [B, C, H, W]", true},
                            {"--out", "FILE.safetensors", "z [B, N, D] and logdet [B]", true},
                            {"--label", "N", "the class; without it the null class"},
                            {"--label-name", "NAME", "the class by its name"}}),
          run};
}

}  // namespace jacobiscope
