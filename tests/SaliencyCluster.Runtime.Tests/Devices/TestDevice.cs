using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Tests.Devices;

/// <summary>Devices for tests, and what they are asked to do.</summary>
internal static class TestDevice
{
    public static Device Make(int lanes = 1, TimeProvider? clock = null, DeviceOptions? options = null) =>
        new((options ?? new()) with { Lanes = lanes }, clock ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>Evaluates points drawn from a seed and returns the bytes of everything that comes out.</summary>
    public static Task<float[]> Evaluate(this Device device, ExplanationGraph graph, int seed) =>
        device.RunAsync(GraphSource.Of(graph), (runner, cancellation) => Evaluate(runner, seed, cancellation), TestContext.Current.CancellationToken);

    public static float[] Evaluate(IGraphRunner runner, int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        foreach (ref var x in runner.Points) x = random.NextSingle();
        foreach (ref var x in runner.OutputGradients) x = random.NextSingle();
        foreach (ref var x in runner.Weights) x = random.NextSingle();
        runner.Run(cancellation);
        return [.. runner.Scores, .. runner.Partial];
    }
}
