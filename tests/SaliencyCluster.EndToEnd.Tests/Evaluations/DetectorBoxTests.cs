using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Evaluations;

/// <summary>Detections of a cluster against boxes that somebody drew.</summary>
public sealed class DetectorBoxTests(SharedCluster cluster) : IDisposable
{
    private const int Side = 32, Rows = 21, Row = 13;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cluster_gives_the_same_report_as_this_process()
    {
        await File.WriteAllBytesAsync(_folder.File("boxed.onnx"), Detector(), Cancellation);
        await File.WriteAllBytesAsync(_folder.File("grey.png"), PictureEncoder.Png(
            new(2 * Side, 3 * Side, [.. Enumerable.Repeat((byte)100, 18 * Side * Side)])), Cancellation);
        // (8,4,24,28) of the model's input, and one where nothing is.
        await File.WriteAllTextAsync(_folder.File("boxes.csv"), "grey.png,24,8,72,56,1\ngrey.png,0,0,9,9,0\n", Cancellation);
        string[] what =
        [
            "evaluate", "localization", "--model", _folder.File("boxed.onnx"), "--input", _folder.File("grey.png"),
            "--boxes", _folder.File("boxes.csv"), "--methods", "gradient,integrated-gradients", "--head", "yolov8",
        ];
        var local = await CommandLine.RunAsync(null, null, [.. what, "--local", "--out", _folder.File("local")]);
        Assert.True(local.Exit == 0, local.Error);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. what, "--out", _folder.File("cluster")]);
        Assert.True(remote.Exit == 0, remote.Error);
        foreach (var file in (string[])["report.json", "measurements.csv"])
        {
            Assert.Equal(await File.ReadAllTextAsync(_folder.File($"local/{file}"), Cancellation),
                await File.ReadAllTextAsync(_folder.File($"cluster/{file}"), Cancellation));
        }
        var lines = await File.ReadAllLinesAsync(_folder.File("cluster/measurements.csv"), Cancellation);
        Assert.Contains(lines, l => l.StartsWith("localization,gradient,detection-iou,boxed,0,,0,0,", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("localization,gradient,mass-accuracy,boxed,0,,0,1,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_box_that_is_none_or_that_nobody_asked_for_is_refused()
    {
        await using var file = new MemoryStream(Detector());
        await cluster.Client.Models.AddAsync("boxes-refused", file, cancellation: Cancellation);
        var options = new EvaluationOptions { Methods = { "gradient" }, Localization = new(), Detection = new() { Head = "yolov8" } };
        Assert.Equal("SAL2003", (await Assert.ThrowsAsync<GatewayException>(() => Submit(options, "1,2,3"))).Code);
        Assert.Equal("SAL2704", (await Assert.ThrowsAsync<GatewayException>(() =>
            Submit(new() { Methods = { "gradient" }, Localization = new() }, "1,2,3,4"))).Code);
        Assert.Equal("SAL2707", (await Assert.ThrowsAsync<GatewayException>(() =>
            Submit(new() { Methods = { "gradient" }, Localization = new(), Detection = new() { Iou = 2 } }, "1,2,3,4"))).Code);

        Task<Protocol.V1.Evaluation> Submit(EvaluationOptions asked, string box)
        {
            var image = new EvaluationImageInput(ImageInput.FromTensor("grey", [1, Side, Side], new float[Side * Side])) { Box = box };
            return cluster.Client.Evaluations.SubmitAsync(
                "boxes-refused", asked, new[] { image }.ToAsyncEnumerable(), cancellation: Cancellation);
        }
    }

    // Row 13 sees class 1 in (8,4,24,28) at a picture that is grey all over; the others see nothing.
    private static byte[] Detector()
    {
        float[] nothing = [16, 16, 1, 1, -6, -6], something = [16, 16, 16, 24, -6, 3];
        var detector = new DetectorModel([.. Enumerable.Range(0, Rows).Select(r => r == Row ? something : nothing)],
            [.. Enumerable.Repeat(100 / 255f, Side * Side)]);
        return detector.Sigmoids().Node("Transpose", "parts", "out", ("perm", (long[])[0, 2, 1])).Output("out", 1, 6, Rows).ToBytes();
    }
}
