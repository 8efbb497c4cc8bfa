namespace SaliencyCluster.Attribution.Rounds;

/// <summary>The part of a runner whose graph makes its points itself (<see cref="Autodiff.DevicePoints"/>) and whose sums stay on the
/// device.</summary>
/// <remarks>Spans are those of the graph's inputs of that name, empty where it has none.</remarks>
public interface IDevicePoints
{
    /// <summary>Gets places between baseline and image, <c>[B]</c>.</summary>
    Span<double> Alphas { get; }

    /// <summary>Gets numbers of noise samples, <c>[B]</c>.</summary>
    Span<long> Samples { get; }

    /// <summary>Gets what the normals of each point are multiplied by, <c>[B]</c>.</summary>
    Span<double> Scales { get; }

    /// <summary>Gets numbers of baselines or masks, <c>[B]</c>.</summary>
    Span<long> Variants { get; }

    /// <summary>Gets windows, <c>[B,4]</c>.</summary>
    Span<long> Windows { get; }

    /// <summary>Begins a piece of work.</summary>
    /// <param name="round">The round: with the same round and image as before, what is on the device stays there.</param>
    /// <param name="image">The image.</param>
    /// <param name="placed">Makes what all points of the work have in common.</param>
    /// <param name="runs">How many runs are summed on the device; 0: every run brings its maps back.</param>
    void Begin(Round round, Tensor image, Func<PlacedTensors> placed, int runs);

    /// <summary>Evaluates a micro-batch.</summary>
    /// <param name="outputs">Whether outputs come back.</param>
    /// <param name="cancellation">Ends the run.</param>
    void Run(bool outputs, CancellationToken cancellation);
}

/// <summary>What a device is given once for all points of an image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Baselines">The baselines, one after another.</param>
/// <param name="OutputGradient">The output gradient of one point.</param>
/// <param name="Key">Low and high half of the random seed, index of the image.</param>
public sealed record PlacedTensors(float[] Image, float[] Baselines, float[] OutputGradient, long[] Key);
