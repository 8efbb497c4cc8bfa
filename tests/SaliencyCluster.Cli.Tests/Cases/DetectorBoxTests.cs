using System.Globalization;
using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>
/// Detections against boxes that somebody drew: row 10 is class 1 in (4,4,12,12), row 15 class 2 at the same place, row 20 class 0 in
/// (19,14,29,26). The gradient of each is known, so every measure is too.
/// </summary>
public sealed class DetectorBoxTests : CaseFolder
{
    private const int Side = 32;

    private const string Lines = """
        image,x0,y0,x1,y1,class
        scene.npy,4,4,12,13,1
        folder/scene.npy,4,4,12,12,2

        # the next one is found, the last but one is of no class that is shown there, the last lies beside the image
        scene,18,14,29,26,0
        scene.npy,4,4,12,12,0
        scene.npy,40,40,50,50,0
        other.npy,1,1,2,2,0
        """;

    public static TheoryData<string> Families => ["yolov5", "yolov8", "yolox:decoded", "ssd", "detr"];

    [Theory, MemberData(nameof(Families))]
    public async Task Each_box_is_compared_with_the_map_of_its_detection(string family)
    {
        var (detector, model, first) = Detector(family, Pixels().Data);
        var run = await Localize(
            await Written("model", model), await Written("scene", Pixels()), await Boxes("boxes.csv", Lines), "--head", family);
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("4 box(es) of", run.Error, StringComparison.Ordinal);
        Assert.Contains("Left out: 1 box(es) outside of what the model sees.", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        (int Row, int Class, double[] Box, double Iou)[] found =
            [(10, 1, [4, 4, 12, 13], 64 / 72.0), (15, 2, [4, 4, 12, 12], 1), (20, 0, [18, 14, 29, 26], 120 / 132.0)];
        var measured = Measured();
        foreach (var (i, (row, @class, box, iou)) in found.Index())
        {
            var map = detector.Gradient(row, first + @class).Select(v => Math.Abs(v)).ToArray();
            var inside = map.Where((_, p) => p % Side >= box[0] && p % Side < box[2] && p / Side >= box[1] && p / Side < box[3]).ToArray();
            Assert.Equal(inside.Sum(v => (double)v) / map.Sum(v => (double)v), measured[("mass-accuracy", i)], 1e-5);
            Assert.Equal(inside.Max() == map.Max() ? 1 : 0, measured[("pointing-game", i)]);
            Assert.Equal(iou, measured[("detection-iou", i)], 1e-3);
        }
        Assert.False(measured.ContainsKey(("mass-accuracy", 3)));
        using var report = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(Out, "out", "report.json"), TestContext.Current.CancellationToken));
        var images = report.RootElement.GetProperty("images").EnumerateArray().ToList();
        Assert.Equal(["scene #1", "scene #2", "scene #3", "scene #4"], images.Select(i => i.GetProperty("name").GetString()));
        Assert.Equal("4,4,12,13:1", images[0].GetProperty("box").GetString());
        var failure = Assert.Single(report.RootElement.GetProperty("facts").GetProperty("failures").EnumerateArray()).GetString();
        Assert.StartsWith("gradient: SAL2053: No detection of class 0 of image 3 shares enough with", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_of_coco_are_in_pixels_of_the_picture_and_classes_have_names()
    {
        // 64 columns and 32 rows become 32 and 16 in the middle of the model's input.
        var grey = Enumerable.Repeat(100 / 255f, Side * Side).ToArray();
        var (detector, model, first) = Detector("yolov8", grey);
        await File.WriteAllBytesAsync(Path.Combine(Out, "wide.png"), PictureEncoder.Png(
            new(Side, 2 * Side, [.. Enumerable.Repeat((byte)100, 6 * Side * Side)])), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Out, "labels.txt"), "cat\ndog\nfox\n", TestContext.Current.CancellationToken);
        const string Coco = """
            {
              "images": [{ "id": 7, "file_name": "train/wide.png", "width": 64, "height": 32 }, { "id": 8, "file_name": "other.png" }],
              "categories": [{ "id": 18, "name": "cat" }, { "id": 90, "name": "toothbrush" }],
              "annotations": [
                { "image_id": 7, "category_id": 90, "bbox": [1, 1, 9, 9] },
                { "image_id": 7, "category_id": 18, "bbox": [38, 12, 20, 24], "iscrowd": 0 },
                { "image_id": 7, "category_id": 18, "bbox": [0, 0, 60, 30], "iscrowd": 1 }
              ]
            }
            """;
        // Found by its outputs: the labels say how many classes it has.
        var run = await Localize(await Written("model", model), Path.Combine(Out, "wide.png"), await Boxes("boxes.json", Coco), "--labels",
            Path.Combine(Out, "labels.txt"), "--resize", "fit", "--fill", "100");
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("Left out: 1 box(es) of classes that the model does not have (toothbrush).",
            run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var map = detector.Gradient(20, first).Select(v => Math.Abs(v)).ToArray();
        // (38,12,58,36) of the picture.
        var inside = map.Where((_, p) => p % Side is >= 19 and < 29 && p / Side is >= 14 and < 26).Sum(v => (double)v);
        Assert.Equal(inside / map.Sum(v => (double)v), Measured()[("mass-accuracy", 0)], 1e-5);
        Assert.Equal(1, Measured()[("detection-iou", 0)], 1e-3);
    }

    [Fact]
    public async Task Boxes_of_a_classifier_are_masks()
    {
        var model = await Written("classifier", new ModelBuilder().Input("x", 1, 1, Side, Side)
            .Weight("w", [Side * Side, 10], [.. Enumerable.Repeat(1f, Side * Side * 10)])
            .Node("Flatten", "x", "f").Node("MatMul", "f w", "y").Output("y", 1, 10));
        var boxes = await Boxes("boxes.csv", "scene.npy,0,0,16,16\nscene.npy,8,8,24,16");
        var run = await Localize(model, await Written("scene", Pixels()), boxes);
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("2 box(es) of", run.Error, StringComparison.Ordinal);
        Assert.Equal((256 + 64) / 1024.0, Measured()[("mass-accuracy", 0)], 1e-6); // the gradient is the same everywhere
        var detections = await Localize(model, Path.Combine(Out, "scene.npy"), Path.Combine(Out, "boxes.csv"), "--head", "ssd");
        Assert.Contains("SAL2704", detections.Error, StringComparison.Ordinal);
        Assert.Contains("no method can explain a detection", detections.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var iou = await Localize(model, Path.Combine(Out, "scene.npy"), Path.Combine(Out, "boxes.csv"), "--iou", "0.4");
        Assert.Contains("SAL2503", iou.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b.csv", "scene.npy,1,2,3,4\nscene.npy,1,2,3", "line 2: it has 4 parts")]
    [InlineData("b.csv", "scene.npy,1,2,x,4", "line 1: its box has no area, or a part that is no number")]
    [InlineData("b.csv", "scene.npy,5,2,3,4", "line 1: its box has no area")]
    [InlineData("b.csv", "image,x0,y0,x1,y1,class\n", "it has no box")]
    [InlineData("b.csv", "other.npy,1,2,3,4,1", "it marks nothing in the 1 image(s) that were given: images are found by their file name")]
    [InlineData("b.csv", "scene.npy,100,2,130,4,1", "left out are 1 box(es) outside")]
    [InlineData("b.json", "{\n\"images\": [,]}", "line 2: it is no JSON")]
    [InlineData("b.json", "[]", "it has no list 'images'")]
    [InlineData("b.json", """{"images": [{"id": 1}]}""", "images[0]: it has no file_name")]
    [InlineData("b.json", """{"images": [{"id": 1, "file_name": "scene.npy"}], "annotations": [{"image_id": 2}]}""",
        "annotations[0]: its image_id is that of no image")]
    [InlineData("b.json", """{"images": [{"id": 1, "file_name": "scene.npy"}], "annotations": [{"image_id": 1, "bbox": [1, 2, 3]}]}""",
        "annotations[0]: it has no bbox")]
    [InlineData("b.json",
        """{"images": [{"id": 1, "file_name": "scene.npy"}], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4], "category_id": 3}]}""",
        "annotations[0]: its category_id is that of no category")]
    public async Task A_file_of_boxes_that_cannot_be_used_is_refused_with_the_place(string name, string text, string says)
    {
        var (_, model, _) = Detector("yolov8", Pixels().Data);
        var file = await Boxes(name, text);
        var run = await Localize(await Written("model", model), await Written("scene", Pixels()), file, "--head", "yolov8");
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2536", run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_that_judge_classes_of_whole_images_are_refused_and_randomisation_is_not()
    {
        var (_, model, _) = Detector("yolov8", Pixels().Data);
        var path = await Written("model", model);
        var input = await Written("scene", Pixels());
        string[] what =
        [
            "--local", "--model", path, "--input", input, "--out", Path.Combine(Out, "out"), "--methods", "gradient", "--seeds", "1",
            "--head", "yolov8",
        ];
        var all = await Run.Of(["evaluate", "all", .. what, "--boxes", await Boxes("boxes.csv", Lines)]);
        Assert.Contains("SAL2704", all.Error, StringComparison.Ordinal);
        Assert.Contains("judge the classes of whole images", all.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var random = await Run.Of(["check", "randomization", .. what, "--orders", "from-output"]);
        Assert.True(random.Exit == 0, random.Error);
        var measurements = await File.ReadAllTextAsync(Path.Combine(Out, "out", "measurements.csv"), TestContext.Current.CancellationToken);
        Assert.Contains("randomization,gradient,", measurements, StringComparison.Ordinal);
    }

    private Task<Run> Localize(string model, string input, string boxes, params string[] more) => Run.Of(
        ["evaluate", "localization", "--local", "--lanes", "1", "--model", model, "--input", input, "--boxes", boxes,
            "--methods", "gradient", "--out", Path.Combine(Out, "out"), .. more]);

    private async Task<string> Boxes(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Out, name), text, TestContext.Current.CancellationToken);
        return Path.Combine(Out, name);
    }

    // What is said of the method, by measure and image.
    private Dictionary<(string Measure, int Image), double> Measured() => File.ReadAllLines(Path.Combine(Out, "out", "measurements.csv"))
        .Select(l => l.Split(',')).Where(l => l[0] == "localization" && l[1] == "gradient")
        .ToDictionary(l => (l[2], int.Parse(l[7], CultureInfo.InvariantCulture)), l => double.Parse(l[8], CultureInfo.InvariantCulture));

    private static (DetectorModel Detector, ModelBuilder Model, int FirstScore) Detector(string family, float[] image)
    {
        static float[] Corners(float[] box) =>
            [box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2)];
        var (numbers, rows) = family.Split(':')[0] switch
        {
            "yolov5" or "yolox" => ((Func<float[], float[], float[]>)((box, logits) => [.. box, logits.Max() > 0 ? 6 : -6, .. logits]), 21),
            "ssd" => ((box, logits) => [.. Corners(box), .. logits], 40),
            "detr" => ((box, logits) => [.. box.Select(v => v / Side), .. logits, 0], 40),
            _ => ((box, logits) => [.. box, .. logits], 21),
        };
        Dictionary<int, (float[] Box, float[] Logits)> scene = new()
        {
            [10] = ([8, 8, 8, 8], [-6, 4, -6]), [15] = ([8, 8, 8, 8], [-6, -6, 2]), [20] = ([24, 20, 10, 12], [3.5f, -6, -6]),
        };
        var detector = new DetectorModel([.. Enumerable.Range(0, rows).Select(r => scene.TryGetValue(r, out var seen)
            ? numbers(seen.Box, seen.Logits) : numbers([16, 16, 0.5f, 0.5f], [-6, -6, -6]))], image);
        return family.Split(':')[0] switch
        {
            "yolov5" or "yolox" => (detector, detector.Sigmoids().Output("parts", 1, rows, 8), 5),
            "ssd" => (detector, detector.Parts().Node("Sigmoid", "logits", "scores")
                .Output("boxes", 1, rows, 4).Output("scores", 1, rows, 3), 4),
            "detr" => (detector, detector.Parts().Node("Identity", "boxes", "pred_boxes").Node("Identity", "logits", "pred_logits")
                .Output("pred_logits", 1, rows, 4).Output("pred_boxes", 1, rows, 4), 4),
            _ => (detector, detector.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1]))
                .Output("out", 1, 7, rows), 4),
        };
    }

    private static Tensor Pixels()
    {
        var random = new Random(3);
        return new([1, Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle())]);
    }
}
