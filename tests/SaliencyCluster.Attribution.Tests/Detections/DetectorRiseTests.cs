using System.Text.Json;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Detections;

/// <summary>D-RISE by its definition: similarity by hand, and maps of detectors whose numbers are known sums of pixels.</summary>
public sealed class DetectorRiseTests
{
    private const int Side = 32, Rows = 30;

    [Theory]
    [InlineData("the same", new[] { 5f, 5, 10, 10, 0.8f, 0.1f }, 0.8)]
    [InlineData("half as sure", new[] { 5f, 5, 10, 10, 0.4f, 0.05f }, 0.4)]
    [InlineData("half of it", new[] { 2.5f, 5, 5, 10, 0.8f, 0.1f }, 0.4)] // 50 of 100
    [InlineData("moved by its half", new[] { 10f, 5, 10, 10, 0.8f, 0.1f }, 0.8 / 3)] // 50 of 150
    [InlineData("of the other class", new[] { 5f, 5, 10, 10, 0.1f, 0.8f }, 0.8 * 0.16 / 0.65)]
    [InlineData("elsewhere", new[] { 25f, 5, 10, 10, 0.8f, 0.1f }, 0)]
    public void Similarity_is_what_the_paper_says(string what, float[] row, double expected)
    {
        var head = new DetectionHead("yolov8", "out", "out", 2) { Words = ["cxcywh", "pixels", "probabilities", "no-background"] };
        var similarity = new DetectionSimilarity(head, [[2, 6]], Side, Side, new(0, 0, 10, 10), [0.8, 0.1], 0.8);
        // The best of all rows counts, in any order, whatever the sure row elsewhere says.
        float[] elsewhere = [28, 28, 4, 4, 0.99f, 0.1f];
        Assert.Equal(expected, similarity.Of([.. row, .. elsewhere]), 1e-6);
        var sent = JsonSerializer.Deserialize<DetectionSimilarity>(JsonSerializer.Serialize(similarity))!;
        Assert.Equal(expected, sent.Of([.. elsewhere, .. row]), 1e-6);
        Assert.NotEmpty(what);
    }

    [Theory]
    [InlineData("yolov8")]
    [InlineData("yolov5")]
    [InlineData("ssd")]
    [InlineData("ssd-background")]
    [InlineData("end-to-end")]
    public async Task The_map_is_the_mean_likeness_of_what_is_still_detected_where_masks_keep_a_pixel(string family)
    {
        const int Samples = 24;
        var random = new Random(3);
        Tensor image = new([1, Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle())]);
        var wanted = Enumerable.Range(0, Rows).Select(r => Wanted(family, r)).ToArray();
        var detector = new DetectorModel(wanted, image.Data);
        var model = ModelReader.Read(Build(family, detector).ToBytes(), family);
        var request = new ExplanationRequest
        {
            Method = "d-rise", Samples = Samples, Seed = 7, Detection = 1,
            Head = family.Split('-')[0] == "ssd" ? "ssd:xyxy,pixels,probabilities" : family,
        };
        await using var engine = new LocalEngine();
        var result = await engine.ExplainAsync(
            new(model, ModelSummary.Of(model), []), request, image, 5, TestContext.Current.CancellationToken);
        Assert.Equal(10, result.Detection!.Row);

        var masks = new RiseMask(16, 0.5, 7, 5);
        var (sum, kept, mask) = (new double[Side * Side], new double[Side * Side], new float[Side * Side]);
        var scores = new List<double>();
        for (var m = 0; m < Samples; m++)
        {
            masks.Fill(m, Side, Side, mask);
            var masked = image.Data.Zip(mask, (x, k) => x * k).ToArray();
            var moved = masked.Zip(image.Data, (x, y) => (double)x - y).ToArray();
            var seen = wanted.Select((row, r) =>
                row.Select((v, n) => v + detector.Gradient(r, n).Zip(moved, (g, d) => g * d).Sum()).ToArray());
            scores.Add(seen.Max(row => Similarity(family, [.. row], [.. wanted[10].Select(v => (double)v)])));
            for (var i = 0; i < sum.Length; i++) (sum[i], kept[i]) = (sum[i] + (scores[m] * mask[i]), kept[i] + mask[i]);
        }
        Assert.True(scores.Max() - scores.Min() > 0.01, "the masks change nothing");
        double[] mean = [.. sum.Zip(kept, (s, k) => s / k)];
        Assert.InRange(Numbers.RelativeError([.. result.Estimate.Map.Data], mean), 0, 1e-4);
    }

    [Fact]
    public async Task It_stops_at_its_standard_error_and_equals_the_run_of_as_many_masks()
    {
        const double Tolerance = 0.5;
        var stopped = await Explain(Detected with { Tolerance = Tolerance });
        Assert.InRange(stopped.Estimate.StandardError!.Value, Tolerance / 10, Tolerance);
        Assert.InRange(stopped.Points, 9, 9999); // not the first round, and not the last
        var whole = (await Explain(Detected with { Samples = stopped.Points })).Estimate;
        Assert.Equal(whole.Map.Data, stopped.Estimate.Map.Data);
        Assert.Equal(whole.StandardError, stopped.Estimate.StandardError);
        Assert.True((await Explain(Detected with { Tolerance = Tolerance * 2 })).Points < stopped.Points);
    }

    [Fact]
    public async Task The_standard_error_is_how_far_maps_of_other_seeds_lie_apart()
    {
        const int Seeds = 30;
        var maps = new List<(float[] Map, float[] Error)>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var estimate = (await Explain(Detected with { Samples = 100, Seed = (ulong)seed, StandardErrorMap = true })).Estimate;
            maps.Add((estimate.Map.Data, estimate.StandardErrorMap!.Data));
        }
        double spread = 0, said = 0;
        for (var i = 0; i < Side * Side; i++)
        {
            var mean = maps.Average(m => m.Map[i]);
            spread += maps.Sum(m => Math.Pow(m.Map[i] - mean, 2)) / (Seeds - 1);
            said += maps.Average(m => Math.Pow(m.Error[i], 2));
        }
        Assert.InRange(Math.Sqrt(said / spread), 0.75, 1.3);
    }

    [Fact]
    public void A_detection_must_be_asked_for()
    {
        var model = new ModelSummary("fake", 13, "input", [1, Side, Side], "scores", [10], true, false, [], null, [], 1, 0);
        var error = Assert.Throws<RequestException>(() => RequestResolver.Resolve(new() { Method = "d-rise", Target = "1" }, model, []));
        Assert.Contains(error.Errors, e => e.Code == "SAL2056");
    }

    private static ExplanationRequest Detected { get; } = new() { Method = "d-rise", Detection = 1, Head = "yolov8" };

    private static async Task<Explanation> Explain(ExplanationRequest request)
    {
        var random = new Random(3);
        Tensor image = new([1, Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle())]);
        var wanted = Enumerable.Range(0, Rows).Select(r => Wanted("yolov8", r)).ToArray();
        var model = ModelReader.Read(Build("yolov8", new(wanted, image.Data)).ToBytes(), "yolov8");
        await using var engine = new LocalEngine();
        return await engine.ExplainAsync(
            new(model, ModelSummary.Of(model), []), request, image, 5, TestContext.Current.CancellationToken);
    }

    // Row 10 is of class 1 at the target, row 12 the same moved and less sure, all others show nothing anywhere.
    private static float[] Wanted(string family, int row)
    {
        float[] box = row switch { 10 => [8, 8, 8, 8], 12 => [10, 9, 8, 8], _ => [24, 24, 2, 2] };
        var logits = row switch { 10 => (float[])[-3, 2, -2], 12 => [-2, 1, -3], _ => [-6, -6, -6] };
        float[] corners = [box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2)];
        return family switch
        {
            "yolov5" => [.. box, row is 10 or 12 ? 2 : -6, .. logits],
            "yolov8" => [.. box, .. logits],
            "ssd" => [.. corners, .. logits],
            "ssd-background" => [.. corners, 0, .. logits],
            _ => [.. corners, row == 10 ? 0.9f : row == 12 ? 0.7f : 0.01f, row is 10 or 12 ? 1 : 0],
        };
    }

    private static ModelBuilder Build(string family, DetectorModel detector) => family switch
    {
        "yolov5" => detector.Sigmoids().Output("parts", 1, Rows, 8),
        "yolov8" => detector.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 7, Rows),
        "ssd" => detector.Parts().Node("Sigmoid", "logits", "scores").Output("boxes", 1, Rows, 4).Output("scores", 1, Rows, 3),
        "ssd-background" => detector.Parts().Node("Softmax", "logits", "scores", ("axis", 2)).Output("boxes", 1, Rows, 4)
            .Output("scores", 1, Rows, 4),
        _ => detector.Start().Output("rows", 1, Rows, 6),
    };

    private static double Similarity(string family, double[] row, double[] target)
    {
        var (box, classes, sure) = Parts(family, row);
        var (other, profile, _) = Parts(family, target);
        var (w, h) = (Math.Min(box[2], other[2]) - Math.Max(box[0], other[0]), Math.Min(box[3], other[3]) - Math.Max(box[1], other[1]));
        var shared = Math.Max(0, w) * Math.Max(0, h);
        var iou = shared / (Area(box) + Area(other) - shared);
        var cosine = classes.Zip(profile, (a, b) => a * b).Sum() / Math.Sqrt(classes.Sum(a => a * a) * profile.Sum(a => a * a));
        return iou * cosine * sure;

        static double Area(double[] b) => Math.Max(0, b[2] - b[0]) * Math.Max(0, b[3] - b[1]);
    }

    private static (double[] Box, double[] Classes, double Sure) Parts(string family, double[] row)
    {
        double[] centre = [row[0] - (row[2] / 2), row[1] - (row[3] / 2), row[0] + (row[2] / 2), row[1] + (row[3] / 2)], rest = row[4..];
        double[] likely = [.. rest.Select(v => 1 / (1 + Math.Exp(-v)))];
        switch (family)
        {
            case "yolov5": return (centre, likely[1..], likely[0]);
            case "yolov8": return (centre, likely, likely.Max());
            case "ssd": return (row[..4], likely, likely.Max());
            case "ssd-background":
                var all = rest.Sum(Math.Exp);
                return (row[..4], [.. rest[1..].Select(v => Math.Exp(v) / all)], 1 - (Math.Exp(rest[0]) / all));
            default: return (row[..4], Math.Round(row[5]) == 1 ? [0, 1] : [1, 0], row[4]);
        }
    }
}
