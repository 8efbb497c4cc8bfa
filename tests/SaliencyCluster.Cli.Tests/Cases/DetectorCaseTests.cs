using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>
/// Detections as targets, of a scene with four rows that show something: row 10 is class 1 in (4,4,12,12), row 11 the same moved a
/// little and worse,
/// row 15 class 2 at the same place, row 20 class 0 in (19,14,29,26). All other rows show nothing.
/// </summary>
public sealed class DetectorCaseTests : CaseFolder
{
    private const int Side = 32, Classes = 3;

    [Theory]
    [InlineData("--detection 1", 10, 1, 1, 1)]
    [InlineData("--detection 2", 20, 0, 2, 2)]
    [InlineData("--detection NUMBER", 15, 2, 3, 4)]
    [InlineData("--box 18,14,30,26", 20, 0, 2, 2)]
    [InlineData("--box 4,4,12,12:CLASS", 15, 2, 3, 4)]
    [InlineData("--box 4.5,4,12.5,12", 11, 1, null, 3)] // a better row covers it
    [InlineData("--detection 3 --iou 0.95", 11, 1, 3, 3)] // kept where overlaps are allowed
    public async Task The_class_logit_of_the_chosen_row_is_explained(string target, int row, int @class, int? number, int numberInSet)
    {
        foreach (var head in Heads())
        {
            var (own, place) = (@class + head.FirstClass, head.Sets ? numberInSet : number);
            var asked = target.Replace("CLASS", $"{own}", StringComparison.Ordinal).Replace("NUMBER", $"{place}", StringComparison.Ordinal);
            var (map, result, _) = await Explain(await Written(head.Name, head.Model), await Image(),
                $"--method gradient {asked}{head.Options}");
            var found = result.GetProperty("detection");
            Assert.True(row == found.GetProperty("row").GetInt32(), $"{head.Name}: {found}");
            Assert.Equal((head.Family, own), (found.GetProperty("family").GetString(), found.GetProperty("class").GetInt32()));
            Assert.Equal(place, found.TryGetProperty("number", out var n) ? n.GetInt32() : null);
            Near(Scene()[row].Box, found.GetProperty("box"));
            Assert.Equal(head.Detector.Gradient(row, head.FirstScore + own), map.Data);
            // The same element, named by its indices.
            var (same, element, _) = await Explain(await Written(head.Name, head.Model), await Image(),
                $"--method gradient --target {head.Element(row, own)}{(head.Output.Length > 0 ? $" --output {head.Output}" : "")}");
            Assert.Equal(map.Data, same.Data);
            Assert.Equal(element.GetProperty("target").GetString(), result.GetProperty("target").GetString());
            Assert.Equal(Scene()[row].Logits[@class], result.GetProperty("score").GetDouble(), 1e-3);
        }
    }

    [Fact]
    public async Task A_box_is_in_pixels_of_the_picture_and_drawn_on_it()
    {
        // Twice as high and three times as wide as the model's input, all of one grey, so that resizing changes nothing.
        var grey = new Tensor([1, Side, Side], [.. Enumerable.Repeat(100 / 255f, Side * Side)]);
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits], grey);
        var model = await Written("picture",
            eight.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21));
        var picture = Path.Combine(Out, "grey.png");
        await File.WriteAllBytesAsync(picture,
            PictureEncoder.Png(new(2 * Side, 3 * Side, [.. Enumerable.Repeat((byte)100, 18 * Side * Side)])),
                TestContext.Current.CancellationToken);
        var (map, result, run) = await Explain(model, picture, "--method gradient --box 57,28,87,52");
        var found = result.GetProperty("detection");
        Assert.Equal((20, "picture", 96, 64),
            (found.GetProperty("row").GetInt32(), found.GetProperty("pixels").GetString(), found.GetProperty("width").GetInt32(),
                found.GetProperty("height").GetInt32()));
        foreach (var (expected,
            actual) in ((double[])[57, 28, 87, 52]).Zip(found.GetProperty("box").EnumerateArray())) Assert.Equal(expected,
                actual.GetDouble(), 1e-3);
        Assert.Equal(1, found.GetProperty("iou").GetDouble(), 1e-4);
        var listed = found.GetProperty("listed").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3], listed.Select(d => d.GetProperty("number").GetInt32()));
        Assert.Equal([1, 0, 2], listed.Select(d => d.GetProperty("class").GetInt32()));
        Assert.Equal(12, listed[0].GetProperty("box")[0].GetDouble(), 1e-3); // 4 of the input's columns are 12 of the picture's
        Assert.Equal(eight.Gradient(20, 4), map.Data);
        Assert.Contains("detection 2 of 3, class 0 0.971 at 57,28,87,52", run.Out, StringComparison.Ordinal);
        // The overlay is four times the picture's size; black within white at the box's edges, and neither in its middle.
        var drawn = PictureDecoder.Decode(await File.ReadAllBytesAsync(Directory.GetFiles(Out, "gradient.png",
            SearchOption.AllDirectories).Single(), TestContext.Current.CancellationToken), "overlay");
        Assert.Equal([0, 0, 0], At(drawn, 57 * 4, 40 * 4));
        Assert.Equal([0, 0, 0], At(drawn, 72 * 4, 28 * 4));
        Assert.NotEqual([0, 0, 0], At(drawn, 72 * 4, 40 * 4));

        static byte[] At(PixelImage image, int x, int y) => image.Rgb[(3 * ((y * image.Width) + x))..][..3];
    }

    [Fact]
    public async Task A_box_of_a_letterboxed_picture_is_found_where_the_picture_lies()
    {
        // 64 columns and 32 rows become 32 and 16 in the middle of the model's input, 8 rows of fill above and below.
        var grey = new Tensor([1, Side, Side], [.. Enumerable.Repeat(100 / 255f, Side * Side)]);
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits], grey);
        var model = await Written("letterboxed", Columns(eight));
        var picture = Path.Combine(Out, "wide.png");
        await File.WriteAllBytesAsync(
            picture, PictureEncoder.Png(new(Side, 2 * Side, [.. Enumerable.Repeat((byte)100, 6 * Side * Side)])),
                TestContext.Current.CancellationToken);
        var (map, result, _) = await Explain(model, picture, "--method gradient --box 38,12,58,36 --resize fit --fill 100");
        var found = result.GetProperty("detection");
        Assert.Equal(20, found.GetProperty("row").GetInt32());
        foreach (var (expected, actual) in ((double[])[38, 12, 58, 36]).Zip(found.GetProperty("box").EnumerateArray()))
            Assert.Equal(expected, actual.GetDouble(), 1e-3);
        Assert.Equal(eight.Gradient(20, 4), map.Data);
    }

    private static ModelBuilder Columns(DetectorModel detector) =>
        detector.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21);

    [Fact]
    public async Task Labels_name_classes_and_tell_families_apart()
    {
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits]);
        var model = await Written("labelled", eight.Sigmoids().Output("parts", 1, 21, 7));
        var refused = await Refused(model, await Image(), "--method gradient --detection 1");
        Assert.Contains("SAL2051", refused.Error, StringComparison.Ordinal);
        Assert.Contains("'yolox' with 2", refused.Error, StringComparison.Ordinal);
        Assert.Contains("'yolov8' with 3", refused.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Out, "labels.txt"), "cat\ndog\nfox\n", TestContext.Current.CancellationToken);
        var (_, result, run) = await Explain(model, await Image(),
            $"--method gradient --box 4,4,12,12:fox --labels {Path.Combine(Out, "labels.txt")}");
        Assert.Equal(("yolov8", "fox", "fox"),
            (result.GetProperty("detection").GetProperty("family").GetString(),
                result.GetProperty("detection").GetProperty("label").GetString(), result.GetProperty("label").GetString()));
        Assert.Contains("fox", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--detection 4", "SAL2052", "has 3 detection(s)")]
    [InlineData("--detection 1 --score-threshold 0.99", "SAL2052", "the best of 21 rows has 0.982")]
    [InlineData("--box 0,0,2,2", "SAL2053", "the nearest has an intersection over union of")]
    [InlineData("--box 4,4,12,12:0", "SAL2053", "of class 0")]
    [InlineData("--box 4,4,12,12:3", "SAL2054", "'3' is no class")]
    [InlineData("--box 4,4,4,12", "SAL2003", "x0 < x1")]
    [InlineData("--box 4,4,12", "SAL2003", "x0,y0,x1,y1")]
    [InlineData("--detection 0", "SAL2003", "from 1")]
    [InlineData("--detection 1 --head yolov9", "SAL2003", "yolov8")]
    [InlineData("--detection 1 --head ssd:xyxy,cxcywh", "SAL2003", "of each group one")]
    [InlineData("--detection 1 --head ssd", "SAL2050", "'out' [7,21]")]
    [InlineData("--detection 1 --target 0,0", "SAL2055", "'target' and 'detection'")]
    [InlineData("--box 1,1,2,2 --detection 1", "SAL2055", "'box' and 'detection'")]
    [InlineData("--target 0,0 --iou 0.5", "SAL2055", "'iou'")]
    public async Task What_is_wrong_with_a_detection_is_said(string options, string code, string what)
    {
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits]);
        var model = await Written("refusing",
            eight.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21));
        var refused = await Refused(model, await Image(), $"--method gradient {options}");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        Assert.Contains(what, refused.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_classifier_is_no_detector()
    {
        var model = await Written("classifier",
            new ModelBuilder().Input("x", 1, 1, Side, Side).Weight("w", [Side * Side, 10], new float[Side * Side * 10])
            .Node("Flatten", "x", "f").Node("MatMul", "f w", "y").Output("y", 1, 10));
        var refused = await Refused(model, await Image(), "--method gradient --box 1,1,9,9");
        Assert.Contains("SAL2050", refused.Error, StringComparison.Ordinal);
        Assert.Contains("yolov5: [N,5+C]", refused.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_that_may_mean_two_things_are_refused_until_it_is_said()
    {
        var pair = Detector(40, (box, _, logits) => [.. Corners(box), .. logits]);
        var model = await Written("raw-scores",
            pair.Parts().Node("Identity", "logits", "scores").Output("boxes", 1, 40, 4).Output("scores", 1, 40, 3));
        Assert.Contains("SAL2051", (await Refused(model, await Image(), "--method gradient --detection 1")).Error,
            StringComparison.Ordinal);
        var (map, _, _) = await Explain(model, await Image(), "--method gradient --detection 1 --head ssd:sigmoid");
        Assert.Equal(pair.Gradient(10, 5), map.Data);
    }

    [Fact]
    public async Task Boxes_that_are_relative_to_something_unknown_are_refused()
    {
        var pair = Detector(40, (box, row, logits) => [0.3f, -0.2f, row % 2 == 0 ? -0.5f : 0.4f, 0.1f, .. logits]);
        var model = await Written("relative",
            pair.Parts().Node("Sigmoid", "logits", "scores").Output("boxes", 1, 40, 4).Output("scores", 1, 40, 3));
        var refused = await Refused(model, await Image(), "--method gradient --detection 1");
        Assert.Contains("SAL2050", refused.Error, StringComparison.Ordinal);
        Assert.Contains("20 of its 40 boxes have a size below 0", refused.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_model_that_chooses_itself_are_explained_by_their_score()
    {
        // Box, score and class of each row; the class has a weight of its own, the score's gradient is that of its probability.
        var chosen = Detector(12, (box, row, logits) => [.. Corners(box), Math.Max(0, logits.Max() / 5), row == 20 ? 0 : 1]);
        var model = await Written("end-to-end", chosen.Start().Output("rows", 1, 12, 6));
        var (map, result, _) = await Explain(model, await Image(), "--method gradient --detection 1 --head end-to-end");
        Assert.Equal(("end-to-end", 10, 1),
            (result.GetProperty("detection").GetProperty("family").GetString(),
                result.GetProperty("detection").GetProperty("row").GetInt32(),
                    result.GetProperty("detection").GetProperty("class").GetInt32()));
        Assert.Equal(0.8, result.GetProperty("detection").GetProperty("score").GetDouble(), 1e-4);
        Assert.Equal(chosen.Gradient(10, 4), map.Data);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_model_that_chooses_itself_may_say_classes_and_their_number_as_integers(int batch)
    {
        // Boxes, scores and classes as outputs of their own, and how many of them count: row 20 does not.
        var chosen = Detector(30, (box, row, logits) => [.. Corners(box), Math.Max(0, logits.Max() / 5), row == 15 ? 2 : 1]);
        long[] Shape(params long[] rest) => batch == 0 ? rest : [batch, .. rest];
        var builder = chosen.Start().Longs("parts", 4, 1, 1).Node("Split", "rows parts", "bb ss cc", ("axis", 2))
            .Longs("toBoxes", Shape(30, 4)).Longs("toNumbers", Shape(30)).Longs("count", 20).Longs("toCount", Shape(1)).Weight("half", [1],
                0.5f)
            .Node("Reshape", "bb toBoxes", "boxes").Node("Reshape", "ss toNumbers", "scores").Node("Reshape", "cc toNumbers",
                "d").Node("Add", "d half", "r")
            .Node("Cast", "r", "labels", ("to", 7)).Node("Reshape", "count toCount", "num_dets").Output("num_dets").Output("boxes",
                Shape(30, 4))
            .Output("scores", Shape(30)).Output("labels");
        foreach (var integers in builder.Graph.Output.Where(o => o.Name is "num_dets" or "labels")) integers.Type.TensorType.ElemType = 7;
        builder.Graph.Output[0].Type.TensorType.Shape.Dim.AddRange(Shape(1).Select(d =>
            new Onnx.Schema.TensorShapeProto.Types.Dimension { DimValue = d }));
        builder.Graph.Output[3].Type.TensorType.Shape.Dim.AddRange(Shape(30).Select(d =>
            new Onnx.Schema.TensorShapeProto.Types.Dimension { DimValue = d }));
        var model = await Written($"choosing-{batch}", builder);
        var (map, result, _) = await Explain(model, await Image(), "--method gradient --box 4,4,12,12:2");
        var found = result.GetProperty("detection");
        Assert.Equal(("end-to-end", 15, 2, 3), (
            found.GetProperty("family").GetString(), found.GetProperty("row").GetInt32(), found.GetProperty("class").GetInt32(),
                found.GetProperty("of").GetInt32()));
        Assert.Equal(chosen.Gradient(15, 4), map.Data);
    }

    [Fact]
    public async Task Every_kind_of_method_explains_a_detection_and_a_comparison_looks_once()
    {
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits]);
        var model = await Written("methods",
            eight.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21));
        var (map, _, _) = await Explain(model, await Image(), "--method integrated-gradients --detection 2 --steps 4");
        // Of a linear score the integrated gradient is the gradient times the image.
        foreach (var (i, expected) in eight.Gradient(20, 4).Zip(Pixels().Data, (g, p) => g * p).Index()) Assert.Equal(expected,
            map.Data[i], 1e-5);
        var (covered, _, _) = await Explain(model, await Image(), "--method occlusion --detection 2 --window 8,8 --stride 8,8");
        Assert.Equal([1, Side, Side], covered.Shape);
        var both = await Refused(model, await Image(), "--method gradient,occlusion --box 18,14,30,26 --window 8,8 --stride 8,8",
            Path.Combine(Out, "both"));
        Assert.True(both.Exit == 0, both.Error);
        Assert.Equal(2, both.Out.Split("detection 2 of 3").Length - 1);
    }

    [Theory]
    [InlineData("gradient")]
    [InlineData("d-rise --samples 20")]
    public async Task A_model_with_suppression_inside_is_explained_by_what_it_chooses_from(string method)
    {
        var pair = Detector(40, (box, _, logits) => [.. Corners(box), .. logits]);
        var builder = pair.Parts().Node("Sigmoid", "logits", "p").Node("Transpose", "p", "conf", ("perm", (long[])[0, 2, 1]));
        var plain = await Written("cut-by-hand", builder.Output("boxes", 1, 40, 4).Output("conf", 1, 3, 40));
        var whole = pair.Parts().Node("Sigmoid", "logits", "p").Node("Transpose", "p", "conf", ("perm", (long[])[0, 2, 1]))
            .Longs("most", 5).Weight("overlap", [1], 0.5f).Weight("least", [1], 0.2f)
            .Node("NonMaxSuppression", "boxes conf most overlap least", "chosen").Longs("third", 2)
            .Node("Gather", "chosen third", "kept", ("axis", 1))
            .Longs("any", -1).Node("Reshape", "kept any", "list").Node("Gather", "boxes list", "out", ("axis", 1)).Output("out", 1, -1, 4);
        var model = await Written("suppressing", whole);
        var (expected, _, _) = await Explain(plain, await Image(), $"--method {method} --detection 2 --head ssd:xyxy");
        var (map, result, _) = await Explain(model, await Image(), $"--method {method} --detection 2 --head ssd:xyxy");
        Assert.Equal(expected.Data, map.Data);
        Assert.Equal(20, result.GetProperty("detection").GetProperty("row").GetInt32());
        Assert.Contains(
            method == "gradient" ? "'scores_before_nms'" : "intersection over union", result.GetProperty("explained").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("boxes_before_nms", (await Run.Of(["models", "show", model])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_shown_as_a_detector()
    {
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits]);
        var model = await Written("shown",
            eight.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21));
        Assert.Contains("yolov8, 3 class scores: explain detections with --box or --detection",
            (await Run.Of(["models", "show", model])).Out, StringComparison.Ordinal);
    }

    private static void Near(float[] box, JsonElement found)
    {
        float[] corners = [box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2)];
        foreach (var (expected, actual) in corners.Zip(found.EnumerateArray())) Assert.Equal(expected, actual.GetDouble(), 1e-3);
    }

    /// <summary>A model with what tells how to check it.</summary>
    private sealed record Head(string Name, string Family, DetectorModel Detector, ModelBuilder Model, int FirstScore, Func<int, int,
        string> Element)
    {
        public string Options { get; init; } = "";

        public string Output { get; init; } = "";

        public int FirstClass { get; init; }

        public bool Sets { get; init; }
    }

    private static IEnumerable<Head> Heads()
    {
        var five = Detector(63, (box, _, logits) => [.. box, logits.Max() > 0 ? 6 : -6, .. logits]);
        yield return new("v5", "yolov5", five, five.Sigmoids().Output("parts", 1, 63, 8), 5, (r, c) => $"{r},{c + 5}");
        yield return new("v5-without-batch", "yolov5", five,
            five.Sigmoids().Longs("flatRows", 63, 8).Node("Reshape", "parts flatRows", "out").Output("out", 63, 8), 5, (r, c) =>
                $"{r},{c + 5}");
        var odd = Detector(40, (box, _, logits) => [.. box, logits.Max() > 0 ? 6 : -6, .. logits]);
        yield return new("v5-named", "yolov5", odd, odd.Sigmoids().Output("parts", 1, 40, 8), 5, (r, c) =>
            $"{r},{c + 5}") { Options = " --head yolov5" };
        var eight = Detector(21, (box, _, logits) => [.. box, .. logits]);
        yield return new("v8", "yolov8", eight,
            eight.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, 21), 4, (r, c) =>
                $"{c + 4},{r}");
        yield return new("v8-transposed", "yolov8", eight, eight.Sigmoids().Output("parts", 1, 21, 7), 4, (r, c) =>
            $"{r},{c + 4}") { Options = " --head yolov8" };
        var x = Detector(21, (box, _, logits) => [.. box, logits.Max() > 0 ? 6 : -6, .. logits]);
        yield return new("x-decoded", "yolox", x, x.Sigmoids().Output("parts", 1, 21, 8), 5, (r, c) =>
            $"{r},{c + 5}") { Options = " --head yolox:decoded" };
        var raw = Detector(21, (box, row, logits) => [.. OnGrid(box, row), logits.Max() > 0 ? 6 : -6, .. logits]);
        yield return new("x-raw", "yolox", raw, raw.Sigmoids().Output("parts", 1, 21, 8), 5, (r, c) =>
            $"{r},{c + 5}") { Options = " --head yolox" };
        var pair = Detector(40, (box, _, logits) => [.. Corners(box), .. logits]);
        yield return new("ssd", "ssd", pair,
            pair.Parts().Node("Sigmoid", "logits", "scores").Output("boxes", 1, 40, 4).Output("scores", 1, 40, 3), 4, (r, c) =>
                $"{r},{c}") { Output = "scores" };
        yield return new("ssd-columns", "ssd", pair,
            pair.Parts().Node("Sigmoid", "logits", "p").Node("Transpose", "p", "conf", ("perm", (long[])[0, 2, 1]))
            .Node("Transpose", "boxes", "loc", ("perm", (long[])[0, 2, 1])).Output("conf", 1, 3, 40).Output("loc", 1, 4, 40), 4, (r, c) =>
                $"{c},{r}") { Output = "conf" };
        // A background first, and a Softmax: the logits of what is shown are higher than that by their own.
        var ultra = Detector(40, (box, _, logits) => [.. Corners(box).Select(v => v / Side), 0, .. logits]);
        yield return new("ssd-background", "ssd", ultra,
            ultra.Parts().Node("Softmax", "logits", "scores", ("axis", 2)).Output("boxes", 1, 40, 4).Output("scores", 1, 40, 4), 4,
                (r, c) =>
                $"{r},{c}")
        {
            Output = "scores",
            FirstClass = 1,
        };
        var set = Detector(40, (box, _, logits) => [.. box.Select(v => v / Side), .. logits, 0]);
        yield return new("detr", "detr", set,
            set.Parts().Node("Identity", "boxes", "pred_boxes").Node("Identity", "logits", "pred_logits").Output("pred_logits", 1, 40,
                4).Output("pred_boxes", 1, 40, 4), 4, (r, c) => $"{r},{c}")
        {
            Output = "pred_logits",
            Sets = true,
        };
    }

    private static DetectorModel Detector(int rows, Func<float[], int, float[], float[]> row, Tensor? image = null) =>
        new([.. Enumerable.Range(0, rows).Select(r => Scene() is var scene && scene.TryGetValue(r, out var seen)
            ? row(seen.Box, r, seen.Logits) : row([16, 16, 0.5f, 0.5f], r, [-6, -6, -6]))], (image ?? Pixels()).Data);

    private static Dictionary<int, (float[] Box, float[] Logits)> Scene() => new()
    {
        [10] = ([8, 8, 8, 8], [-6, 4, -6]),
        [11] = ([8.5f, 8, 8, 8], [-6, 3, -6]),
        [15] = ([8, 8, 8, 8], [-6, -6, 2]),
        [20] = ([24, 20, 10, 12], [3.5f, -6, -6]),
    };

    private static float[] Corners(float[] box) =>
        [box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2)];

    // Rows 0 to 15 are the cells of a 4x4 grid of stride 8, 16 to 19 those of a 2x2 grid of stride 16, row 20 the one of stride 32.
    private static float[] OnGrid(float[] box, int row)
    {
        var (stride, side, cell) = row < 16 ? (8, 4, row) : row < 20 ? (16, 2, row - 16) : (32, 1, 0);
        return [(box[0] / stride) - (cell % side), (box[1] / stride) - (cell / side), (float)Math.Log(box[2] / stride),
            (float)Math.Log(box[3] / stride)];
    }

    private static Tensor Pixels()
    {
        var random = new Random(3);
        return new([1, Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle())]);
    }

    private Task<string> Image() => Written("scene", Pixels());
}
