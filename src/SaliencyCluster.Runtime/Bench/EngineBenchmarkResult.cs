namespace SaliencyCluster.Runtime.Bench;

/// <summary>What <see cref="EngineBenchmark"/> measured.</summary>
/// <param name="Batch">Points per run.</param>
/// <param name="Lanes">Runs at the same time.</param>
/// <param name="GraphMultiplyAdds">Multiply-adds of one run in convolutions and matrix products, both passes.</param>
/// <param name="Engine">Points in slices through the device.</param>
/// <param name="Plain">Points in slices of the plain loop, each beside the engine's slice of the same index.</param>
/// <param name="Products">Large matrix products in slices on all lanes at once.</param>
public sealed record EngineBenchmarkResult(
    int Batch, int Lanes, long GraphMultiplyAdds, IReadOnlyList<Slice> Engine, IReadOnlyList<Slice> Plain, IReadOnlyList<Slice> Products)
{
    /// <summary>Gets the points that the device finished in its slices.</summary>
    public long Points => Engine.Sum(s => s.Done);

    /// <summary>Gets the time on the clock of the device's slices.</summary>
    public double Seconds => Engine.Sum(s => s.Seconds);

    /// <summary>Gets <see cref="Points"/> over <see cref="Seconds"/>.</summary>
    public double PointsPerSecond => Points / Seconds;

    /// <summary>Gets the same of the plain loop.</summary>
    public double PlainPointsPerSecond => (double)Plain.Sum(s => s.Done) / Plain.Sum(s => s.Seconds);

    /// <summary>Gets the median of the ratios of neighbouring slices: 1 means that lanes and queue cost nothing.</summary>
    public double Ratio => Median(Engine.Zip(Plain, (engine, plain) => engine.Rate / plain.Rate));

    /// <summary>Gets the GFLOP/s of one lane at a large matrix product while all lanes do one, in the best slice.</summary>
    public double MatMulGflops => Products.Max(s => s.Rate) * MatrixProduct.Operations / 1e9 / Lanes;

    /// <summary>Gets the GFLOP/s of the graph on all lanes.</summary>
    public double GraphGflops => GflopsAt(PointsPerSecond);

    /// <summary>Gets the fastest that all lanes together did anything in this measurement: matrix products, or the graph itself in a single slice.</summary>
    public double PeakGflops => Engine.Concat(Plain).Select(s => GflopsAt(s.Rate)).Append(MatMulGflops * Lanes).Max();

    /// <summary>Gets the share of <see cref="PeakGflops"/> that the graph runs at; at most 1.</summary>
    public double Efficiency => GraphGflops / PeakGflops;

    private double GflopsAt(double pointsPerSecond) => pointsPerSecond / Batch * GraphMultiplyAdds * 2 / 1e9;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
