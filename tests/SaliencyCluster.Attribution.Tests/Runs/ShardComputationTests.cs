using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Runs;

public class ShardComputationTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(2, 3, 3);

    [Theory]
    [InlineData(1, 4)] // a micro-batch is a quarter of a sample
    [InlineData(3, 4)] // a sample takes one full and one almost empty micro-batch
    [InlineData(4, 4)]
    [InlineData(9, 4)] // a micro-batch holds two samples, and one point stays empty
    [InlineData(5, 1)]
    public void Squares_are_those_of_samples_however_they_lie_in_micro_batches(int microBatch, int pointsPerSample)
    {
        const int samples = 5;
        var points = Enumerable.Range(0, samples * pointsPerSample)
            .Select(i => new Point((i % pointsPerSample + 1.0) / pointsPerSample, (float)(i % 3 + 1) / samples, i / pointsPerSample)).ToArray();
        var round = Round(microBatch) with
        {
            Squares = true, PointsPerSample = pointsPerSample, SampleWeight = 1f / samples, Points = points, ShardPoints = points.Length,
            Recipe = new PointRecipe { Noise = new(3, 0, 0.3, NoiseSampling.Independent, samples) },
        };

        var partial = Compute(round);

        var (sum, squares) = (new double[18], new double[18]);
        var factory = new PointFactory(round.Recipe, Network.Image(), []);
        foreach (var sample in points.Chunk(pointsPerSample))
        {
            var map = new double[18];
            foreach (var point in sample)
            {
                var x = new float[18];
                factory.Build(point, x);
                var gradient = Network.Gradient(x, 1);
                for (var i = 0; i < 18; i++) map[i] += point.Weight * gradient[i];
            }
            // With one point per sample the device squares the map and weighs the square.
            for (var i = 0; i < 18; i++)
            {
                sum[i] += map[i];
                squares[i] += pointsPerSample == 1 ? map[i] * map[i] / sample[0].Weight : map[i] * map[i] * samples;
            }
        }
        for (var i = 0; i < 18; i++)
        {
            Assert.Equal(sum[i], partial.Sum!.Data[i], 1e-4);
            Assert.Equal(squares[i], partial.SquaredSum!.Data[i], 1e-3);
        }
    }

    [Fact]
    public void Maps_that_are_kept_apart_come_one_by_one()
    {
        var round = Round(2) with { Reduction = PointReduction.Each, Points = [new(0.25, 0), new(0.5, 0), new(1, 0)], ShardPoints = 3 };
        var partial = Compute(round);
        Assert.Equal([3, 2, 3, 3], partial.Sum!.Shape);
        Assert.Equal(Network.Gradient(Network.Image().Data, 1), partial.Sum.Data[36..]);
    }

    [Fact]
    public void Normalized_squares_weigh_each_map_by_its_norm()
    {
        var partial = Compute(Round(2) with { Reduction = PointReduction.NormalizedSquares, Points = [new(1, 2), new(1, 3), new(1, -1)], ShardPoints = 3 });
        var gradient = Network.Gradient(Network.Image().Data, 1);
        var norm = gradient.Sum(g => (double)g * g);
        for (var i = 0; i < 18; i++) Assert.Equal(4 * gradient[i] * gradient[i] / norm, partial.Sum!.Data[i], 1e-6);
    }

    [Fact]
    public void Cancellation_is_seen_between_micro_batches()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var round = Round(1);
        Assert.Throws<OperationCanceledException>(() => ShardComputation.Run(
            round, round.Shards()[0], Network.Image(), [], new FakeRunner(Network, round.Spec([2, 3, 3])), cancelled.Token));
    }

    [Fact]
    public void A_round_travels_as_json()
    {
        var round = Round(2) with { Recipe = new PointRecipe { Noise = new(ulong.MaxValue, 1, 0.1, NoiseSampling.Antithetic, 4), Baselines = [new(BaselineKind.Blur, 2)] } };
        var travelled = System.Text.Json.JsonSerializer.Deserialize<Round>(System.Text.Json.JsonSerializer.Serialize(round))!;
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(round), System.Text.Json.JsonSerializer.Serialize(travelled));
        Assert.Equal(round.Points, travelled.Points);
    }

    private static Round Round(int microBatch) => new()
    {
        Map = PointMap.Gradient, Target = "1", MicroBatch = microBatch, Recipe = new PointRecipe(), Points = [new(1, 1)], ShardPoints = 1,
    };

    private static Partial Compute(Round round, ShardSpec? shard = null) => ShardComputation.Run(
        round, shard ?? round.Shards()[0], Network.Image(), [], new FakeRunner(Network, round.Spec([2, 3, 3])), TestContext.Current.CancellationToken);
}
