// A model as `torch.save(model.state_dict())` lays it out, float32, with the buffers that the
// published code registers; written piece by piece, because real models are large.
#pragma once

#include <fstream>

#include "engine/tarflow/model.h"
#include "tests/checkpoint/files_by_hand.h"

namespace jacobiscope {

class PthFile {
 public:
  explicit PthFile(const std::filesystem::path& path) : m_file(path, std::ios::binary) {}

  void add(const std::string& name, const Tensor& tensor) {
    const std::string key = std::to_string(m_count++);
    const Tensor flat = tensor.to(torch::kFloat32).contiguous();
    m_items += by_hand::text(name) +
               by_hand::tensor(by_hand::storage("FloatStorage", key, flat.numel()), 0,
                               flat.sizes().vec(), flat.strides().vec());
    entry("archive/data/" + key, static_cast<const char*>(flat.data_ptr()), flat.nbytes());
  }

  void close() {
    using by_hand::u16, by_hand::u32;
    const std::string dict = by_hand::global("collections", "OrderedDict") + ")R";
    const std::string pickle = "\x80\x02" + dict + "(" + m_items + "u}" +
                               by_hand::text("_metadata") + dict + "sb.";
    entry("archive/data.pkl", pickle.data(), pickle.size());
    entry("archive/version", "3\n", 2);
    m_file << m_directory << "PK\5\6" << u16(0) << u16(0) << u16(m_entries) << u16(m_entries)
           << u32(m_directory.size()) << u32(m_size);
    m_file << u16(0);
    m_file.close();
    if (!m_file) throw Error("The test's checkpoint cannot be written.");
  }

 private:
  void entry(const std::string& name, const char* data, std::size_t size) {
    using by_hand::u16, by_hand::u32;
    const std::string kind = u16(0) + u16(0) + u32(0) + u32(0) + u32(size) + u32(size);
    m_directory += "PK\1\2" + u16(20) + u16(20) + kind + u16(name.size()) + u16(0) + u16(0) +
                   u16(0) + u16(0) + u32(0) + u32(m_size) + name;
    const std::string head = "PK\3\4" + u16(20) + kind + u16(name.size()) + u16(0) + name;
    m_file << head;
    m_file.write(data, static_cast<std::streamsize>(size));
    m_size += head.size() + size;
    ++m_entries;
  }

  std::ofstream m_file;
  std::string m_items, m_directory;
  std::uint64_t m_size = 0;
  int m_count = 0, m_entries = 0;
};

// Random weights of this configuration. Unlike fresh ones they are no identity flow.
inline void writePublishedLayout(const std::filesystem::path& path, const TarFlowConfig& config) {
  TarFlow model = createTarFlow(config);
  PthFile file(path);
  model.visit([&](const std::string& name, Tensor& tensor) {
    if (name.ends_with("proj_out.weight")) tensor.normal_(0, 1e-3);
    if (name.ends_with("proj_in.weight")) {
      file.add(name.substr(0, name.find("proj_in")) + "attn_mask",
               torch::ones({config.tokens(), config.tokens()}).tril());
    }
    file.add(name, tensor);
  });
  file.close();
}

// Tensors of any size that all repeat the same single number: a file of a few kilobytes.
inline void writeRepeated(
    const std::filesystem::path& path,
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& tensors) {
  std::string pickle = "\x80\x02}";
  for (const auto& [name, shape] : tensors) {
    pickle += by_hand::text(name) +
              by_hand::tensor(by_hand::storage("FloatStorage", "0", 1), 0, shape,
                              std::vector<std::int64_t>(shape.size(), 0)) +
              "s";
  }
  by_hand::writeFile(path, by_hand::pth(pickle + ".", by_hand::number(0.5f)));
}

}  // namespace jacobiscope
