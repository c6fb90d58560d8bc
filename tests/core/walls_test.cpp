// The walls between the libraries (Torch, Qt and Dear ImGui each stay where they belong),
// checked on the include lines of the source tree itself.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

namespace {

// Every file of a tree, by its path from the root, with the names it includes.
using Tree = QMap<QString, QStringList>;

const QString kQt = QStringLiteral("^(Q[A-Za-z]\\w*(/.*)?|q[a-z]+\\.h)$");
const QString kImGui = QStringLiteral("^(.*/)?(imgui|implot)\\w*(\\.h|/)");
const QString kTorch = QStringLiteral("^(torch|ATen|c10|caffe2)/");
const QString kSimulator = QStringLiteral("^(mujoco|EGL)/");
const QString kFigures = QStringLiteral("^(cairo.*|gif_lib)\\.h$");
const QString kWindow = QStringLiteral("^(ui|app)/");
// What is neither the standard library's, POSIX's, JSON nor the core's own.
const QString kForeign = QStringLiteral(
    "^(?!([a-z_]+|(sys/)?[a-z]+\\.h|nlohmann/.*|engine/(core|record|checkpoint|toy|remote)/.*|"
    "engine/(t2i/(distribution|verify)|vla/action_codec)\\.h)$)");

struct Wall {
  QString where;       // files whose paths match
  QString forbidden;   // must not reach an include that matches,
  bool throughOthers;  // neither themselves nor (if true) through headers they include
  QString why;
};

const QList<Wall>& walls() {
  static const QList<Wall> list = {
      {"^engine/(core|record|checkpoint|toy|remote)/", kForeign, true,
       "the core is the standard library and JSON"},
      {"^engine/t2i/(distribution|verify)\\.", kForeign, true,
       "the acceptance rules need no Torch"},
      {"^engine/vla/action_codec\\.", kForeign, true, "the action codec needs no Torch"},
      {"^engine/", kQt, true, "the engine has no Qt"},
      {"^engine/", kImGui, true, "the engine has no ImGui"},
      {"^engine/", kWindow, true, "the engine does not know the window"},
      {"^(?!engine/nn/torch\\.h$)", kTorch, false, "Torch comes in through engine/nn/torch.h"},
      {"^(ui|app)/", kTorch, true, "the window and the command line see no Torch header"},
      {"^engine/vla/sim/", kTorch, true, "the simulator needs no Torch"},
      {"^(?!engine/vla/sim/)", kSimulator, true, "MuJoCo and EGL stay in engine/vla/sim"},
      {"^(?!engine/export/)", kFigures, true, "cairo and giflib stay in engine/export"},
      {"^engine/export/", kTorch, true, "exports need no Torch"},
      {"^ui/views/", kQt, true, "views draw with ImGui only"},
      {"^ui/shell/", kImGui, false, "the shell is Qt only"},
      {"^app/", kImGui, false, "programs leave drawing to the stage"},
      {"^app/(?!main\\.cpp$)", kQt, true, "the command line has no Qt"},
  };
  return list;
}

QStringList includesOf(const QString& text) {
  static const QRegularExpression line(
      QStringLiteral("^[ \\t]*#[ \\t]*include[ \\t]*[<\"]([^>\"]+)[>\"]"),
      QRegularExpression::MultilineOption);
  QStringList names;
  for (auto matches = line.globalMatch(text); matches.hasNext();) {
    names << matches.next().captured(1);
  }
  return names;
}

// The file of the tree that `name` means in an include line of `includer`; empty: none.
QString resolve(const Tree& tree, const QString& includer, const QString& name) {
  const QString sibling = QDir::cleanPath(QFileInfo(includer).path() + '/' + name);
  return tree.contains(name) ? name : tree.contains(sibling) ? sibling : QString();
}

// One line for each forbidden include that `file` reaches: "a.h -> b.h -> QString: why".
QStringList crossings(const Tree& tree, const Wall& wall, const QString& file) {
  const QRegularExpression forbidden(wall.forbidden);
  QStringList found;
  QMap<QString, QString> routes{{file, file}};  // file -> how it was reached
  QStringList open{file};
  while (!open.isEmpty()) {
    const QString from = open.takeFirst();
    for (const QString& name : tree[from]) {
      const QString header = resolve(tree, from, name);
      const QString meant = header.isEmpty() ? name : header;
      const QString route = routes[from] + " -> " + meant;
      if (forbidden.match(meant).hasMatch()) {
        found << route + ": " + wall.why;
      } else if (wall.throughOthers && !header.isEmpty() && !routes.contains(header)) {
        routes[header] = route;
        open << header;
      }
    }
  }
  return found;
}

QStringList crossings(const Tree& tree) {
  QStringList found;
  for (const Wall& wall : walls()) {
    const QRegularExpression where(wall.where);
    for (const QString& file : tree.keys()) {
      if (where.match(file).hasMatch()) found << crossings(tree, wall, file);
    }
  }
  return found;
}

Tree sourceTree() {
  const QDir root(QStringLiteral(JACOBISCOPE_SOURCE_DIR));
  Tree tree;
  for (const char* folder : {"engine", "ui", "app"}) {
    QDirIterator files(root.filePath(folder), {"*.h", "*.cpp"}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
      QFile file(files.next());
      if (!file.open(QIODevice::ReadOnly)) qFatal("%s cannot be read", qPrintable(file.fileName()));
      tree[root.relativeFilePath(file.fileName())] = includesOf(QString::fromUtf8(file.readAll()));
    }
  }
  return tree;
}

}  // namespace

class WallsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void noIncludeCrossesAWall() {
    const Tree tree = sourceTree();
    QCOMPARE(crossings(tree).join('\n'), QString());
  }

  // A folder that was renamed would otherwise leave its wall guarding nothing.
  void everyWallGuardsFiles() {
    const QStringList files = sourceTree().keys();
    for (const Wall& wall : walls()) {
      QVERIFY2(!files.filter(QRegularExpression(wall.where)).isEmpty(), qPrintable(wall.where));
    }
    QVERIFY(files.contains("engine/nn/torch.h"));
    QVERIFY(files.contains("app/main.cpp"));
  }

  void aCrossingIsSeen_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("line");
    QTest::newRow("Qt in core") << "engine/core/sweep.h" << "#include <QString>";
    QTest::newRow("Qt module in core") << "engine/core/a.cpp" << "#include <QtCore/QString>";
    QTest::newRow("Qt in a family") << "engine/tarflow/model.cpp" << "#  include \"qobject.h\"";
    QTest::newRow("Torch in core") << "engine/core/sweep.h" << "#include <torch/torch.h>";
    QTest::newRow("Torch in record") << "engine/record/a.h" << "#include <ATen/ATen.h>";
    QTest::newRow("Torch in checkpoint") << "engine/checkpoint/a.h" << "#include <c10/util/Half.h>";
    QTest::newRow("Torch's door in toy") << "engine/toy/a.cpp" << "#include \"engine/nn/torch.h\"";
    QTest::newRow("other library in core") << "engine/core/a.cpp" << "#include <boost/any.hpp>";
    QTest::newRow("Torch in the rules") << "engine/t2i/verify.h" << "#include <ATen/ATen.h>";
    QTest::newRow("Torch's door in the rules")
        << "engine/t2i/verify.cpp" << "#include \"engine/nn/torch.h\"";
    QTest::newRow("the network in the rules")
        << "engine/t2i/distribution.cpp" << "#include \"engine/t2i/transformer.h\"";
    QTest::newRow("Torch's door in the codec")
        << "engine/vla/action_codec.cpp" << "#include \"engine/nn/torch.h\"";
    QTest::newRow("past the door") << "engine/tarflow/a.cpp" << "#include <torch/nn.h>";
    QTest::newRow("window in engine") << "engine/tarflow/a.cpp" << "#include \"ui/views/a.h\"";
    QTest::newRow("ImGui in engine") << "engine/nn/a.cpp" << "#include <imgui.h>";
    QTest::newRow("Torch in views") << "ui/views/a.cpp" << "#include <torch/torch.h>";
    QTest::newRow("Torch in stage") << "ui/stage/a.cpp" << "#include <c10/core/Device.h>";
    QTest::newRow("Torch in app") << "app/cli.cpp" << "\t#include \"engine/nn/torch.h\"";
    QTest::newRow("Torch in the simulator")
        << "engine/vla/sim/world.cpp" << "#include \"engine/nn/torch.h\"";
    QTest::newRow("MuJoCo in the window") << "ui/views/a.cpp" << "#include <mujoco/mujoco.h>";
    QTest::newRow("cairo in the window") << "ui/views/a.cpp" << "#include <cairo-pdf.h>";
    QTest::newRow("giflib in app") << "app/cli.cpp" << "#include <gif_lib.h>";
    QTest::newRow("Torch in exports") << "engine/export/a.cpp" << "#include <torch/torch.h>";
    QTest::newRow("EGL in app") << "app/cli.cpp" << "#include <EGL/egl.h>";
    QTest::newRow("Qt in views") << "ui/views/a.h" << "#include <QColor>";
    QTest::newRow("Qt in the command line") << "app/cli_run.cpp" << "#include <QCoreApplication>";
    QTest::newRow("ImGui in shell") << "ui/shell/a.cpp" << "#include <imgui/imgui.h>";
    QTest::newRow("ImGui in app") << "app/main.cpp" << "#include \"imgui_internal.h\"";
  }

  void aCrossingIsSeen() {
    QFETCH(QString, file);
    QFETCH(QString, line);
    Tree tree{{"engine/nn/torch.h", {"torch/torch.h"}}};
    tree[file] = includesOf("// A comment.\n#pragma once\n\n" + line + "\n#include <vector>\n");
    QCOMPARE(tree[file].size(), 2);
    const QStringList found = crossings(tree);
    QVERIFY(!found.isEmpty());
    QVERIFY2(found.first().startsWith(file), qPrintable(found.first()));
  }

  void aCrossingThroughAnotherHeaderIsSeen() {
    const Tree tree{{"engine/nn/torch.h", {"torch/torch.h"}},
                    {"engine/nn/kv_cache.h", {"engine/nn/torch.h"}},
                    {"engine/tarflow/tools.h", {"../nn/kv_cache.h"}},
                    {"ui/stage/stage.cpp", {"engine/tarflow/tools.h"}}};
    QCOMPARE(crossings(tree),
             QStringList("ui/stage/stage.cpp -> engine/tarflow/tools.h -> engine/nn/kv_cache.h -> "
                         "engine/nn/torch.h -> torch/torch.h: "
                         "the window and the command line see no Torch header"));
  }

  void whatIsAllowedIsLetThrough() {
    const Tree tree{{"engine/nn/torch.h", {"torch/torch.h"}},
                    {"engine/core/a.cpp", {"engine/core/b.h", "cstdint", "stop_token",
                                           "nlohmann/json.hpp", "sys/mman.h", "unistd.h"}},
                    {"engine/core/b.h", {"vector"}},
                    {"engine/t2i/verify.h", {"span", "engine/t2i/distribution.h"}},
                    {"engine/t2i/distribution.h", {"span", "engine/core/b.h"}},
                    {"engine/t2i/decoder.cpp", {"engine/nn/torch.h", "engine/t2i/verify.h"}},
                    {"engine/tarflow/model.h", {"engine/nn/torch.h", "engine/core/b.h"}},
                    {"engine/train/font.cpp", {"ft2build.h", "engine/core/b.h"}},
                    {"engine/vla/sim/simulation.h", {"mujoco/mujoco.h", "engine/core/b.h"}},
                    {"engine/vla/sim/world.h", {"vector", "engine/core/b.h"}},
                    {"ui/views/scene_view.cpp", {"imgui.h", "engine/vla/sim/world.h"}},
                    {"ui/views/heatmap_view.cpp", {"imgui.h", "glm/vec2.hpp", "engine/core/b.h"}},
                    {"ui/shell/window.cpp", {"QMainWindow", "ui/stage/stage.h"}},
                    {"ui/stage/stage.h", {"QOpenGLWidget", "imgui.h"}},
                    {"app/main.cpp", {"QApplication", "ui/shell/window.h"}},
                    {"app/cli.cpp", {"iostream", "engine/core/b.h"}}};
    QCOMPARE(crossings(tree).join('\n'), QString());
  }

  void onlyIncludeLinesCount() {
    const QString text = "// #include <QString>\nint x;  // \"#include <torch/torch.h>\"\n";
    QCOMPARE(includesOf(text), QStringList());
  }
};

QTEST_GUILESS_MAIN(WallsTest)
#include "walls_test.moc"
