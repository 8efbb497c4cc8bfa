using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Local;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.Local;

public sealed class LocalExplainerTests
{
    private static readonly OnnxModel Model = ModelReader.ReadFile(Repo.Model("mnist-cnn"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_come_in_the_order_of_the_images_and_are_bit_equal_for_1_and_3_lanes()
    {
        var request = new ExplanationRequest { Method = "gradient", ShardPoints = 1 };
        var one = await Explain(1, request, Images(6));
        var three = await Explain(3, request, Images(6));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], three.Select(r => r.Image.Name));
        Assert.Equal(one.Select(r => r.Explanation!.Estimate.Map.Data), three.Select(r => r.Explanation!.Estimate.Map.Data));
    }

    [Fact]
    public async Task An_image_that_cannot_be_explained_is_a_failure_and_the_others_go_on()
    {
        var images = Images(3);
        images[1] = images[1] with { Load = () => new Tensor([1, 28, 28], [.. Enumerable.Repeat(float.NaN, 784)]) };
        var results = await Explain(2, new ExplanationRequest { Method = "gradient" }, images);
        Assert.Equal([null, "SAL2102", null], results.Select(r => r.Failure?.Code));
        Assert.NotNull(results[2].Explanation);
    }

    [Fact]
    public async Task Every_point_is_told_of_once()
    {
        var points = 0;
        var results = await Explain(2, new ExplanationRequest { Method = "gradient" }, Images(4), done => Interlocked.Add(ref points, done));
        Assert.Equal(results.Sum(r => r.Explanation!.Points + r.Explanation.ProbePoints), points);
    }

    [Fact]
    public async Task Images_are_read_only_a_few_ahead_of_the_results()
    {
        var read = 0;
        var images = Images(50).Select(image => image with { Load = () => { Interlocked.Increment(ref read); return image.Load(); } });
        await using var device = TestDevice.Make(lanes: 2);
        await foreach (var result in Explainer(device, new ExplanationRequest { Method = "gradient" }).ExplainAsync(images, null, Cancellation))
        {
            Assert.InRange(read, 1, 4);
            break;
        }
    }

    [Fact]
    public async Task Cancelling_ends_the_work()
    {
        using var cancel = new CancellationTokenSource();
        await using var device = TestDevice.Make(lanes: 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var result in Explainer(device, new ExplanationRequest { Method = "gradient" }).ExplainAsync(Images(50), null, cancel.Token))
                await cancel.CancelAsync();
        });
    }

    private static async Task<List<LocalResult>> Explain(int lanes, ExplanationRequest request, IReadOnlyList<LocalImage> images, Action<int>? pointsDone = null)
    {
        await using var device = TestDevice.Make(lanes);
        var results = new List<LocalResult>();
        await foreach (var result in Explainer(device, request).ExplainAsync(images, pointsDone, Cancellation)) results.Add(result);
        return results;
    }

    private static LocalExplainer Explainer(Runtime.Devices.Device device, ExplanationRequest request) =>
        new(device, Model, RequestResolver.Resolve(request, ModelSummary.Of(Model), []), [], TimeProvider.System);

    private static List<LocalImage> Images(int count) => [.. Enumerable.Range(0, count).Select(i => new LocalImage($"{i}", (uint)i, () =>
    {
        var random = new Random(i);
        return new Tensor([1, 28, 28], [.. Enumerable.Range(0, 784).Select(_ => random.NextSingle())]);
    }))];
}
