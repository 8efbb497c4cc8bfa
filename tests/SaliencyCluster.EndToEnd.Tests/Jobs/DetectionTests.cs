using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

/// <summary>Detections as targets on a cluster: boxes are those of the picture, however it became the model's input.</summary>
public sealed class DetectionTests(SharedCluster cluster)
{
    private const int Side = 32, Rows = 21, Row = 13;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_box_of_a_picture_is_explained_and_drawn_and_one_on_nothing_fails_its_image_alone()
    {
        // Row 13 sees class 1 in (8,4,24,28) of the model's input, at a picture that is grey all over; the others see nothing.
        float[] nothing = [16, 16, 1, 1, -6, -6], something = [16, 16, 16, 24, -6, 3];
        var detector = new DetectorModel([.. Enumerable.Range(0, Rows).Select(r => r == Row ? something : nothing)],
            [.. Enumerable.Repeat(100 / 255f, Side * Side)]);
        var model = detector.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 6, Rows).ToBytes();
        await using var file = new MemoryStream(model);
        await cluster.Client.Models.AddAsync("detector", file, labels: ["cat", "dog"], cancellation: Cancellation);
        // Three times as wide and twice as high as the input: the box becomes (24,8,72,56). The second picture is as large as the input.
        ImageInput[] images = [Grey("large", 3 * Side, 2 * Side), Grey("small", Side, Side)];
        var options = new ExplanationOptions { Method = "gradient", Box = "24,8,72,56:dog" };
        var job = await cluster.Client.Jobs.SubmitAsync("detector", options, images.ToAsyncEnumerable(), "detections", Cancellation);
        await cluster.Client.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        var results = await cluster.Client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);

        var found = results[0].Result.Detection;
        Assert.Equal(("yolov8", 1, "dog", Row, "picture", 96, 64),
            (found.Family, found.Class, found.Label, found.Row, found.Pixels, found.Width, found.Height));
        foreach (var (expected, actual) in ((double[])[24, 8, 72, 56]).Zip(found.Box)) Assert.Equal(expected, actual, 1e-3);
        Assert.Equal([(1, "dog")], found.Listed.Select(d => (d.Number, d.Label)));
        Assert.Equal(found.Box, found.Listed[0].Box);
        Assert.Equal(("dog", $"5,{Row}"), (results[0].Result.Label, results[0].Result.Target));
        Assert.Equal(detector.Gradient(Row, 5), results[0].Map!.Values);
        Assert.Equal("SAL2053", results[1].Result.Failure.Code);

        var drawn = await cluster.Client.Images.RenderAsync(job.JobId, 0, Rendering.HeatMap, 0, cancellation: Cancellation);
        var picture = PictureDecoder.Decode(drawn.Png.Span, "heat map");
        Assert.Equal([0, 0, 0], picture.Rgb[(3 * ((32 * picture.Width) + 24))..][..3]);

        var refused = await Assert.ThrowsAsync<GatewayException>(() =>
            cluster.Client.ExplainToEndAsync("detector", new() { Method = "gradient", Detection = 1, Head = "ssd" }, images[0],
                Cancellation));
        Assert.Equal("SAL2050", refused.Code);
        var live = await cluster.Client.ExplainToEndAsync("detector", new() { Method = "gradient", Detection = 1 }, images[0],
            Cancellation);
        Assert.Equal(results[0].Map!.Values, live.Map!.Values);
    }

    private static ImageInput Grey(string name, int width, int height) =>
        ImageInput.FromEncoded(name, PictureEncoder.Png(new(height, width, [.. Enumerable.Repeat((byte)100, 3 * width * height)])));
}
