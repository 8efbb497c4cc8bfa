namespace SaliencyCluster.Runtime.Bench;

/// <summary>What <see cref="EngineBenchmark"/> measured.</summary>
/// <param name="Batch">Points per run.</param>
/// <param name="Lanes">Runs at the same time.</param>
/// <param name="GraphMultiplyAdds">Multiply-adds of one run in convolutions and matrix products, both passes.</param>
/// <param name="Engine">Slices through the device.</param>
/// <param name="Plain">Slices of the plain loop, each beside the engine's slice of the same index.</param>
/// <param name="MatMulGflops">GFLOP/s of one core at a large matrix product.</param>
public sealed record EngineBenchmarkResult(
    int Batch, int Lanes, long GraphMultiplyAdds, IReadOnlyList<Slice> Engine, IReadOnlyList<Slice> Plain, double MatMulGflops)
{
    /// <summary>Gets the points that the device evaluated.</summary>
    public long Points => Engine.Sum(s => s.Points);

    /// <summary>Gets the time of the device's slices.</summary>
    public double Seconds => Engine.Sum(s => s.Seconds);

    /// <summary>Gets the median rate of the device's slices.</summary>
    public double PointsPerSecond => Median(Engine.Select(s => s.Rate));

    /// <summary>Gets the median rate of the plain loop's slices.</summary>
    public double PlainPointsPerSecond => Median(Plain.Select(s => s.Rate));

    /// <summary>Gets the median of the ratios of neighbouring slices: 1 means that lanes and queue cost nothing.</summary>
    public double Ratio => Median(Engine.Zip(Plain, (engine, plain) => engine.Rate / plain.Rate));

    /// <summary>Gets the share of the cores' matrix product rate that the graph runs at.</summary>
    public double Efficiency => PointsPerSecond / Batch * GraphMultiplyAdds * 2 / (MatMulGflops * 1e9 * Lanes);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
