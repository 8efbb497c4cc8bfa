using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
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
    public async Task Points_that_are_told_of_are_those_that_were_planned_and_those_of_the_results()
    {
        foreach (var request in (ExplanationRequest[])[
            new() { Method = "gradient" }, new() { Method = "integrated-gradients", Steps = 16 }, new() { Method = "idgi", Steps = 6, Baseline = "black" },
            new() { Method = "smoothgrad", Samples = 7, ShardPoints = 2 }, new() { Method = "occlusion", Window = [14, 14], Stride = [14, 14] }, new() { Method = "sobel" }])
        {
            var (images, told) = (Images(3), new Told());
            var results = await Explain(2, [request], images, told.Add);
            var planned = images.Count * Resolve(request).PlannedPoints;
            Assert.Equal((planned, 0), (told.Done, told.Planned));
            Assert.Equal(planned, results.Sum(r => r.Points));
            Assert.Equal(results.Sum(r => r.Explanation!.Points), results.Sum(r => r.Points));
        }
    }

    [Fact]
    public async Task What_methods_share_is_told_of_once_and_taken_from_the_plan()
    {
        ExplanationRequest[] requests = [new() { Method = "gradient" }, new() { Method = "gradient-times-input" }, new() { Method = "integrated-gradients", Steps = 16, Baseline = "black,white" }, new() { Method = "xrai", Steps = 16 }];
        var (images, told) = (Images(3), new Told());
        var results = await Explain(2, requests, images, told.Add);
        Assert.Equal(3 * 33, told.Done);
        Assert.Equal(3 * (33 - requests.Sum(r => Resolve(r).PlannedPoints)), told.Planned);
        Assert.Equal(3 * 33, results.Sum(r => r.Points));
    }

    [Fact]
    public async Task A_method_that_stops_early_and_an_image_that_fails_leave_nothing_that_was_planned_undone()
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Samples = 200, Tolerance = 0.5 };
        var (images, told) = (Images(3), new Told());
        images[1] = images[1] with { Load = () => new Tensor([1, 28, 28], [.. Enumerable.Repeat(float.NaN, 784)]) };
        var results = await Explain(2, [request], images, told.Add);
        Assert.InRange(told.Done, 1, 399);
        Assert.Equal(told.Done, 600 + told.Planned);
        Assert.Equal(told.Done, results.Sum(r => r.Points));
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

    private static Task<List<LocalResult>> Explain(int lanes, ExplanationRequest request, IReadOnlyList<LocalImage> images) => Explain(lanes, [request], images, null);

    private static async Task<List<LocalResult>> Explain(int lanes, ExplanationRequest[] requests, IReadOnlyList<LocalImage> images, Action<LocalPoints>? told)
    {
        await using var device = TestDevice.Make(lanes);
        var results = new List<LocalResult>();
        await foreach (var result in Explainer(device, requests).ExplainAsync(images, told, Cancellation)) results.Add(result);
        return results;
    }

    private static LocalExplainer Explainer(Runtime.Devices.Device device, params ExplanationRequest[] requests) =>
        new(device, Model, [.. requests.Select(Resolve)], [], TimeProvider.System);

    private static ResolvedRequest Resolve(ExplanationRequest request) => RequestResolver.Resolve(request, ModelSummary.Of(Model), []);

    private static List<LocalImage> Images(int count) => [.. Enumerable.Range(0, count).Select(i => new LocalImage($"{i}", (uint)i, () =>
    {
        var random = new Random(i);
        return new Tensor([1, 28, 28], [.. Enumerable.Range(0, 784).Select(_ => random.NextSingle())]);
    }))];

    private sealed class Told
    {
        private int _done, _planned;

        public int Done => _done;

        public int Planned => _planned;

        public void Add(LocalPoints step)
        {
            Interlocked.Add(ref _done, step.Done);
            Interlocked.Add(ref _planned, step.Planned);
        }
    }
}
