using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Aggregation;

/// <summary>What a round is on its way to a worker.</summary>
public sealed class RoundTransferTests : IDisposable
{
    private const int ImageBytes = 3 * 224 * 224 * sizeof(float);
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("smoothgrad", 50, 0, 1_000)]
    [InlineData("integrated-gradients", 50, 0, 2_000)]
    [InlineData("occlusion", null, 0, 1_000)]
    [InlineData("guided-integrated-gradients", 1, ImageBytes, 1_000)]
    public void A_packed_round_takes_few_bytes_beside_its_tensors_and_is_the_same_when_it_is_unpacked(string method, int? points, int tensors, int most)
    {
        var work = new RoundWork(FirstRound(method), new('a', 64), new('b', 64), ImageFormat.Picture, [3, 224, 224], ModelPreprocessing.Default, []);
        if (points is { } count) Assert.Equal(count, work.Round.Points.Count);
        var whole = Serializer.SerializeToArray(new RoundReply(work, Ready: true));
        var packed = Serializer.SerializeToArray(new RoundReply(work.Packed(), Ready: true));
        TestContext.Current.TestOutputHelper!.WriteLine($"{method}: {work.Round.Points.Count} points, {whole.Length} bytes as text, {packed.Length} packed");
        Assert.InRange(packed.Length, tensors, tensors + most);
        var received = Serializer.Deserialize<RoundReply>(packed)!.Work!.Unpacked();
        Assert.Equal(work.Round.Points, received.Round.Points);
        Assert.Equal(work.Round.Recipe.Anchors.Select(a => a.Data), received.Round.Recipe.Anchors.Select(a => a.Data));
        // All the rest, and in words: the same text.
        Assert.Equal(whole, Serializer.SerializeToArray(new RoundReply(received, Ready: true)));
    }

    [Fact]
    public void Points_of_any_kind_are_the_same_to_the_bit_when_they_are_unpacked()
    {
        Point[][] all =
        [
            [], [new(1, -0f)], [new(1, 0f), new(1, -0f)], [new(0, 1, 5, 7), new(0, 1, 4, 7)], [new(0, 1, 5), new(0, 1, 5), new(0, 1, 6)],
            [.. Enumerable.Range(-1, 9).Select(i => new Point(1, 0, -1, i))], [new(double.NaN, float.NaN), new(0.1, 0.1f, 3, int.MaxValue)],
            [new(0, 0, int.MaxValue), new(0, 0, int.MinValue), new(0, 0, int.MinValue + 1)],
        ];
        Assert.All(all, points =>
        {
            var packed = Serializer.Deserialize<PackedPoints>(Serializer.SerializeToArray(PackedPoints.Of(points)))!;
            Assert.Equal(points.Select(Bits), packed.Unpack().Select(Bits));
        });
        static (long, int, int, int) Bits(Point p) => (BitConverter.DoubleToInt64Bits(p.Alpha), BitConverter.SingleToInt32Bits(p.Weight), p.Sample, p.Variant);
    }

    [Fact]
    public void Columns_that_do_not_fit_are_refused() =>
        Assert.Throws<InvalidDataException>(() => (PackedPoints.Of([new(0, 1), new(1, 2), new(2, 3)]) with { Count = 4 }).Unpack());

    private static Round FirstRound(string method)
    {
        var summary = ModelSummary.Of(ModelReader.ReadFile(Repo.Model("mnist-cnn"))) with { ImageShape = [3, 224, 224] };
        var run = new ComparisonRun([RequestResolver.Resolve(new() { Method = method, Target = "3" }, summary, [])], Samples.RandomImage(1, 3, 224, 224), 0);
        var points = run.Round!.Points.Count;
        Assert.True(run.Add(new(0, 0, 0, null, null, new float[points], new float[10 * points])));
        // The first place of a guided path is the baseline, zeros; the second one is a place like any other.
        if (run.Round!.Recipe.Anchors.Count > 0) Assert.True(run.Add(new(1, 0, 0, Samples.RandomImage(2, 3, 224, 224), null, [1], null)));
        return run.Round!;
    }
}
