using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Runtime.Tests.DevicePoints;

/// <summary>Every model of the zoo, explained at noisy points of a path that its graph makes, and that the host makes.</summary>
public sealed class ZooPointsTests
{
    public static TheoryData<string> Models => new(ZooModel.NamesIn(ZooModel.Repository));

    [Theory, MemberData(nameof(Models))]
    public async Task Sums_are_those_of_points_from_the_host(string name)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        var model = ModelReader.ReadFile(zoo.OnnxFile);
        var image = new Tensor(Array.ConvertAll(zoo.Image, d => (int)d), Array.ConvertAll(zoo.Pixels(), p => (float)p));
        var round = new Round
        {
            Map = PointMap.Gradient, Squares = true, Layout = ModelSummary.Of(model).Layout, MicroBatch = 2, ShardPoints = 8,
            Recipe = new PointRecipe { Noise = new(9, 1, 0.01, NoiseSampling.Antithetic, 0), Multiplier = MultiplierKind.Difference },
            Points = [.. Enumerable.Range(0, 5).Select(i => new Point((i + 1) / 5.0, 0.2f, i))],
        };
        var outputs = ExplanationCompiler.Compile(model, round.Spec(image.Shape)).OutputShape;
        round = round with { Target = zoo.Target.Length > 0 ? zoo.Target : outputs.Count == 0 ? "0" : string.Join(',', outputs.Select(_ => ":")) };
        var (host, device) = (await Sum(false), await Sum(true));
        Assert.Equal(host.Scores, device.Scores);
        Assert.Equal(host.Sum!.Data, device.Sum!.Data);
        Assert.Equal(host.SquaredSum!.Data, device.SquaredSum!.Data);

        async Task<Partial> Sum(bool onDevice)
        {
            await using var device = TestDevice.Make(options: new DeviceOptions { PointsOnDevice = onDevice });
            return await device.RunAsync(
                GraphSource.Of(model, round.Spec(image.Shape)),
                (runner, stop) => ShardComputation.Run(round, round.Shards()[0], image, [], runner, stop), TestContext.Current.CancellationToken);
        }
    }
}
