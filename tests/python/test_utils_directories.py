"""Images, texts and sounds in folders, from small files that the tests write."""

import io
import sys
import wave

import numpy as np
import pytest

import lamina
from lamina import preprocessing, utils


@pytest.fixture
def image():
    return pytest.importorskip("PIL.Image")


def write_images(folder, image, count=3, size=(6, 4)):
    """Gray images (width 6, height 4) of the values 10 * class + number."""
    for number, name in enumerate(("cat", "dog")):
        (folder / name).mkdir(parents=True)
        for i in range(count):
            image.new("L", size, 10 * number + i).save(folder / name / f"{i}.png")
    (folder / "cat" / "notes.txt").write_text("none")
    (folder / ".hidden").mkdir()


def test_images_and_labels(tmp_path, image, capsys):
    write_images(tmp_path, image)
    data = utils.image_dataset_from_directory(
        tmp_path, batch_size=4, image_size=(4, 6), shuffle=False, color_mode="grayscale"
    )
    assert capsys.readouterr().out == "Found 6 files belonging to 2 classes.\n"
    assert (data.class_names, len(data)) == (["cat", "dog"], 2)
    assert [path[len(str(tmp_path)) + 1 :] for path in data.file_paths] == [
        f"{name}/{i}.png" for name in ("cat", "dog") for i in range(3)
    ]
    (x, y), (x2, y2) = data
    assert (x.shape, x.dtype, x2.shape, y.dtype) == ((4, 4, 6, 1), "float32", (2, 4, 6, 1), "int32")
    assert x[:, 0, 0, 0].tolist() == [0, 1, 2, 10]
    assert (y.tolist(), y2.tolist()) == ([0, 0, 0, 1], [1, 1])
    assert preprocessing.image_dataset_from_directory is utils.image_dataset_from_directory


QUIET = {"verbose": False, "image_size": (2, 2), "color_mode": "grayscale"}


def values(data):
    """The values and labels of all images, in their order."""
    return [(int(x.flat[0]), np.asarray(y).tolist()) for x, y in data.unbatch()]


def test_labels_of_other_kinds(tmp_path, image):
    write_images(tmp_path, image, 1)
    make = utils.image_dataset_from_directory
    options = {**QUIET, "shuffle": False}
    assert values(make(tmp_path, label_mode="binary", **options)) == [(0, [0.0]), (10, [1.0])]
    assert values(make(tmp_path, label_mode="categorical", **options)) == [
        (0, [1.0, 0.0]),
        (10, [0.0, 1.0]),
    ]
    assert values(make(tmp_path, class_names=["dog", "cat"], **options)) == [(10, 0), (0, 1)]
    assert values(make(tmp_path, class_names=["dog"], **options)) == [(10, 0)]
    listed = make(tmp_path, labels=[7, 5], **options)
    assert (values(listed), listed.class_names) == ([(0, 7), (10, 5)], ["5", "7"])
    for none in ({"labels": None}, {"label_mode": None}):
        data = make(tmp_path, **none, **options)
        assert [x.shape for x in data] == [(2, 2, 2, 1)]
        assert data.class_names is None
    single = make(tmp_path, batch_size=None, **options)
    assert [x.shape for x, _ in single] == [(2, 2, 1)] * 2
    assert single.batch_size is None


def test_orders_and_subsets(tmp_path, image):
    write_images(tmp_path, image, 10, (2, 2))
    make = utils.image_dataset_from_directory
    data = make(tmp_path, seed=1, **QUIET)
    first, second = values(data), values(data)
    assert first != second
    assert sorted(first) == sorted(second)
    assert all(label == value // 10 for value, label in first)
    assert values(make(tmp_path, seed=1, **QUIET)) == first
    split = {"validation_split": 0.2, "seed": 1, **QUIET}
    train, test = make(tmp_path, subset="both", **split)
    assert (len(train.file_paths), len(test.file_paths)) == (16, 4)
    assert set(train.file_paths).isdisjoint(test.file_paths)
    assert values(test) == values(test)
    for subset, whole in (("training", train), ("validation", test)):
        part = make(tmp_path, subset=subset, **split)
        assert part.file_paths == whole.file_paths
        assert sorted(values(part)) == sorted(values(whole))


def test_images_are_resized_and_converted(tmp_path, image):
    ramp = np.tile(np.arange(8, dtype="uint8") * 10, (4, 1))  # height 4, width 8
    (tmp_path / "a").mkdir()
    image.fromarray(ramp).save(tmp_path / "a" / "ramp.png")

    def read(**options):
        data = utils.image_dataset_from_directory(
            tmp_path, labels=None, verbose=False, **{"image_size": (4, 4), **options}
        )
        return next(iter(data))[0]

    gray = {"color_mode": "grayscale"}
    # Bilinear, without smoothing: the mean of the two pixels beside each center.
    assert read(**gray)[0, :, 0].tolist() == [5, 25, 45, 65]
    assert read(crop_to_aspect_ratio=True, **gray)[0, :, 0].tolist() == [20, 30, 40, 50]
    padded = read(pad_to_aspect_ratio=True, **gray)[:, :, 0]
    assert padded[0].tolist() == [0, 0, 0, 0]
    assert padded[1].tolist() == [5, 25, 45, 65]
    assert read().shape == (4, 4, 3)
    assert read(color_mode="rgba")[0, 0].tolist() == [5, 5, 5, 255]
    assert read(data_format="channels_first").shape == (3, 4, 4)
    assert read(image_size=2).shape == (2, 2, 3)
    assert read(image_size=(4, 8), **gray)[2, :, 0].tolist() == ramp[2].tolist()


def test_a_model_trains_on_images(tmp_path, image):
    write_images(tmp_path, image)
    data = utils.image_dataset_from_directory(
        tmp_path, image_size=(4, 4), batch_size=2, verbose=False
    )
    data = data.map(lambda x, y: (x / 255, y), num_parallel_calls=-1).cache().prefetch(-1)
    model = lamina.Sequential(
        [lamina.Input((4, 4, 3)), lamina.layers.Flatten(), lamina.Dense(2, "softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(data, epochs=2, validation_data=data, verbose=0)
    assert model.optimizer.iterations == 6
    assert model.predict(data, verbose=0).shape == (6, 2)


@pytest.mark.parametrize(
    ("message", "options"),
    [
        ("labels", {"labels": "file"}),
        ("class_names needs", {"labels": [0, 1], "class_names": ["cat"]}),
        ("class_names needs", {"labels": None, "class_names": ["cat"]}),
        ("3 items for the 2 files", {"labels": [0, 1, 1]}),
        ("class_names has 'bird'", {"class_names": ["bird"]}),
        ("label_mode", {"label_mode": "one"}),
        ("2 classes", {"label_mode": "binary", "class_names": ["cat"]}),
        ("validation_split", {"validation_split": 2, "subset": "both"}),
        ("need each other", {"validation_split": 0.5}),
        ("need each other", {"subset": "both"}),
        ("subset", {"validation_split": 0.5, "subset": "test", "seed": 1}),
        ("needs a seed", {"validation_split": 0.5, "subset": "both"}),
        ("leaves no", {"validation_split": 0.1, "subset": "validation", "seed": 1}),
        ("color_mode", {"color_mode": "cmyk"}),
        ("interpolation", {"interpolation": "area"}),
        ("image_size", {"image_size": (1, 2, 3)}),
        ("exclude", {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}),
        ("data_format", {"data_format": "last"}),
        ("format is", {"format": "torch"}),
    ],
)
def test_refusals(message, options, tmp_path, image):
    write_images(tmp_path, image, 1)
    with pytest.raises(ValueError, match=message):
        utils.image_dataset_from_directory(tmp_path, verbose=False, **options)


def test_a_folder_without_files(tmp_path):
    with pytest.raises(ValueError, match=r"no text files in .* or its folders; they end in \.txt"):
        utils.text_dataset_from_directory(tmp_path)


def test_without_pillow_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    for call in (
        lambda: utils.image_dataset_from_directory(tmp_path),
        lambda: utils.load_img("x.png"),
        lambda: utils.array_to_img(np.zeros((2, 2, 3))),
        lambda: utils.save_img("x.png", np.zeros((2, 2, 3))),
    ):
        with pytest.raises(ImportError, match="pip install pillow"):
            call()


def test_images_as_arrays(tmp_path, image):
    pixels = np.arange(24, dtype="float32").reshape(2, 4, 3)
    img = utils.array_to_img(pixels, scale=False)
    assert (img.mode, img.size) == ("RGB", (4, 2))
    np.testing.assert_array_equal(utils.img_to_array(img), pixels)
    first = utils.img_to_array(img, data_format="channels_first", dtype="uint8")
    assert (first.shape, first.dtype) == ((3, 2, 4), "uint8")
    np.testing.assert_array_equal(
        utils.img_to_array(utils.array_to_img(first, "channels_first", scale=False)), pixels
    )
    scaled = utils.img_to_array(utils.array_to_img(pixels))
    assert (scaled.min(), scaled.max()) == (0, 255)
    assert utils.array_to_img(np.zeros((2, 2, 1))).mode == "L"
    assert utils.array_to_img(np.full((2, 2, 1), 300), scale=False).mode == "I"
    assert utils.array_to_img(np.zeros((2, 2, 4))).mode == "RGBA"
    for bad in (np.zeros((2, 2)), np.zeros((2, 2, 2))):
        with pytest.raises(ValueError, match="array_to_img got"):
            utils.array_to_img(bad)
    with pytest.raises(ValueError, match="2 or 3 axes"):
        utils.img_to_array(np.zeros(3))


def test_images_in_files(tmp_path, image):
    pixels = np.arange(48, dtype="uint8").reshape(4, 4, 3)
    path = tmp_path / "a.png"
    utils.save_img(path, pixels, scale=False)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(path)), pixels)
    buffer = io.BytesIO(path.read_bytes())
    assert utils.load_img(buffer, color_mode="grayscale").mode == "L"
    assert utils.load_img(str(path), "rgba", target_size=(2, 3)).size == (3, 2)
    near = utils.img_to_array(utils.load_img(path, target_size=(2, 2)))
    assert near[0, 0].tolist() == pixels[1, 1].tolist()
    wide = tmp_path / "wide.png"
    utils.save_img(wide, np.tile(np.arange(8.0)[None, :, None], (4, 1, 1)), scale=False)
    cut = utils.load_img(wide, "grayscale", (4, 4), keep_aspect_ratio=True)
    assert utils.img_to_array(cut)[0, :, 0].tolist() == [2, 3, 4, 5]
    with pytest.warns(UserWarning, match="transparency"):
        utils.save_img(tmp_path / "a.jpg", np.zeros((2, 2, 4)))
    with pytest.raises(ValueError, match="interpolation"):
        utils.load_img(path, target_size=(2, 2), interpolation="linear")
    with pytest.raises(ValueError, match="color_mode"):
        utils.load_img(path, "cmyk")
    with pytest.raises(TypeError, match="path"):
        utils.load_img(3)
    assert preprocessing.image.load_img is utils.load_img


def test_smart_resize():
    ramp = np.tile(np.arange(8.0)[None, :, None], (4, 1, 1))
    small = preprocessing.image.smart_resize(ramp, (2, 2))
    assert isinstance(small, np.ndarray)
    assert small[0, :, 0].tolist() == [2.5, 4.5]
    batch = np.stack([ramp, ramp]).transpose(0, 3, 1, 2)
    assert preprocessing.image.smart_resize(batch, (2, 4), data_format="channels_first").shape == (
        2,
        1,
        2,
        4,
    )
    tensor = preprocessing.image.smart_resize(lamina.Tensor(ramp), (4, 4), "nearest")
    assert tensor.numpy()[0, :, 0].tolist() == [2, 3, 4, 5]
    with pytest.raises(ValueError, match="3 or 4 axes"):
        preprocessing.image.smart_resize(np.zeros((2, 2)), (1, 1))
    with pytest.raises(TypeError, match="mode"):
        preprocessing.image.smart_resize(ramp, (2, 2), mode=1)


def test_texts(tmp_path):
    for name, texts in (("good", ["a fine film", "fine"]), ("poor", ["dull ñ"])):
        (tmp_path / name).mkdir()
        for i, text in enumerate(texts):
            (tmp_path / name / f"{i}.txt").write_text(text, encoding="utf-8")
    options = {"shuffle": False, "verbose": False}
    data = utils.text_dataset_from_directory(tmp_path, batch_size=2, **options)
    assert [(x.tolist(), y.tolist()) for x, y in data] == [
        (["a fine film", "fine"], [0, 0]),
        (["dull ñ"], [1]),
    ]
    short = utils.text_dataset_from_directory(tmp_path, max_length=4, labels=None, **options)
    assert [x.tolist() for x in short] == [["a fi", "fine", "dull"]]
    layer = lamina.layers.TextVectorization(output_sequence_length=3)
    layer.adapt(data.map(lambda x, y: x))
    assert layer.get_vocabulary()[2] == "fine"
    model = lamina.Sequential(
        [
            lamina.layers.Embedding(10, 4),
            lamina.layers.GlobalAveragePooling1D(),
            lamina.Dense(1, "sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    model.fit(data.map(lambda x, y: (layer(x), y)), verbose=0)


def write_sound(path, values, width=2, rate=8000):
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(values.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        scaled = np.round(values * 2 ** (8 * width - 1)).astype("int64")
        if width == 1:
            data = (scaled + 128).astype("uint8").tobytes()
        else:
            data = b"".join(int(v).to_bytes(width, "little", signed=True) for v in scaled.flat)
        file.writeframes(data)


def test_sounds(tmp_path):
    values = np.array([[0.0, 0.5], [-1.0, 0.25], [-0.5, 0.75]])
    for width in (1, 2, 3, 4):
        write_sound(tmp_path / "a" / f"{width}.wav", values[: min(width, 3)], width)
    options = {"labels": None, "shuffle": False, "verbose": False}
    (x,) = utils.audio_dataset_from_directory(tmp_path, **options)
    assert (x.shape, x.dtype) == ((4, 3, 2), "float32")
    for row, count in zip(x, (1, 2, 3, 3), strict=True):
        assert row[:count].tolist() == values[:count].tolist()
        assert not row[count:].any()
    (x,) = utils.audio_dataset_from_directory(tmp_path, output_sequence_length=2, **options)
    assert x.shape == (4, 2, 2)
    x, *_ = utils.audio_dataset_from_directory(tmp_path, batch_size=None, **options)
    assert x.shape == (1, 2)
    ((x, y),) = utils.audio_dataset_from_directory(tmp_path, verbose=False)
    assert (x.shape, y.tolist()) == ((4, 3, 2), [0, 0, 0, 0])
    for bad in ({"ragged": True}, {"sampling_rate": 0.5}, {"sampling_rate": -1}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            utils.audio_dataset_from_directory(tmp_path, **bad)


def test_sounds_at_another_rate(tmp_path):
    pytest.importorskip("scipy")
    tone = 0.5 * np.sin(2 * np.pi * 100 * np.arange(800) / 8000)[:, None]
    write_sound(tmp_path / "a" / "tone.wav", tone)
    (x,) = utils.audio_dataset_from_directory(
        tmp_path, labels=None, sampling_rate=4000, verbose=False
    )
    assert x.shape == (1, 400, 1)
    np.testing.assert_allclose(x[0, 20:-20], tone[40:-40:2], atol=2e-3)


def test_sounds_of_floats(tmp_path):
    values = np.array([[0.0], [0.25]], "float32")
    # A WAV file of format 3.
    data = values.tobytes()
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + b"\x03\0\x01\0"
    head += (8000).to_bytes(4, "little") + (32000).to_bytes(4, "little") + b"\x04\0\x20\0"
    body = head + b"data" + len(data).to_bytes(4, "little") + data
    (tmp_path / "a.wav").write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)

    def read():
        return next(iter(utils.audio_dataset_from_directory(tmp_path, labels=None, verbose=False)))

    try:
        import soundfile  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match="pip install soundfile"):
            read()
    else:
        np.testing.assert_array_equal(read()[0], values)
