using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Rounds;

/// <summary>Says of which rounds a graph can make the points itself, and with which numbers.</summary>
internal static class DeviceForm
{
    /// <summary>Gets what a graph makes the points of; null where the host must make them.</summary>
    public static DevicePoints? Of(PointRecipe recipe, IReadOnlyList<Point> points)
    {
        // A Latin hypercube permutes the samples of each element, blur is a convolution of its own for each point, and kinds after it are
        // baselines or images themselves.
        if (recipe.Noise is { Sampling: NoiseSampling.LatinHypercube } || recipe.Multiplier >= MultiplierKind.Segment) return null;
        var form = new DevicePoints
        {
            Noise = recipe.Noise is not null,
            Factor = recipe.Multiplier == MultiplierKind.Difference ? PointFactor.Difference : PointFactor.Point,
        };
        var baselines = Math.Max(1, recipe.Baselines.Count);
        switch (recipe.Path)
        {
            case PathKind.Straight:
                var line = points.Any(p => p.Alpha != 1);
                return form with { Line = line, Baselines = line || recipe.Multiplier == MultiplierKind.Difference ? baselines : 0 };
            case PathKind.Ends:
                return form with { Line = true, Baselines = baselines };
            case PathKind.Occlusion when recipe.Multiplier == MultiplierKind.None:
                return form with { Mask = PointMask.Window, Baselines = 1 };
            case PathKind.RandomMask when recipe is { Multiplier: MultiplierKind.None, Noise: null }:
                var mask = RiseMask.Of(recipe.Parameters);
                return form with { Mask = PointMask.Random, Baselines = 1, Cells = mask.Cells, Keep = mask.Keep };
            default:
                return null;
        }
    }

    /// <summary>Gets what the points of a round have in common.</summary>
    public static PlacedTensors Placed(
        Round round, Tensor image, IReadOnlyList<Tensor> storedBaselines, DevicePoints form, IReadOnlyList<long> outputShape)
    {
        var baselines = form.Baselines == 0 ? [] : BaselineFactory.All(round.Recipe.Baselines, image, storedBaselines);
        var outputGradient = new float[outputShape.Aggregate(1L, (n, d) => n * d)];
        OutputGradients.Fill(round.Target, outputShape, outputGradient, round.Against);
        var (key, index) = form.Mask == PointMask.Random && RiseMask.Of(round.Recipe.Parameters) is var mask
            ? (mask.Seed, mask.ImageIndex)
            : (round.Recipe.Noise?.Seed ?? 0, round.Recipe.Noise?.ImageIndex ?? 0);
        return new(image.Data, [.. baselines.Take(form.Baselines).SelectMany(b => b.Data)], outputGradient, [(uint)key, (long)(key >> 32), index]);
    }

    /// <summary>Writes the numbers of one point; those that the graph does not ask for are left out.</summary>
    public static void Write(Round round, Point point, int[] imageShape, IDevicePoints device, int b)
    {
        var recipe = round.Recipe;
        if (!device.Alphas.IsEmpty) device.Alphas[b] = recipe.Path != PathKind.Ends ? point.Alpha : point.Variant < 0 ? 1 : 0;
        if (!device.Variants.IsEmpty) device.Variants[b] = Math.Max(0, point.Variant);
        if (!device.Windows.IsEmpty)
        {
            var (top, bottom, left, right) = OcclusionGrid.Of(imageShape, recipe.Parameters).Window(point.Variant);
            ((ReadOnlySpan<long>)[top - 1, bottom, left - 1, right]).CopyTo(device.Windows[(4 * b)..]);
        }
        if (device.Samples.IsEmpty) return;
        var paired = recipe.Noise!.Sampling == NoiseSampling.Antithetic && point.Sample >= 0;
        device.Samples[b] = Math.Max(0, paired ? point.Sample & ~1 : point.Sample);
        device.Scales[b] = point.Sample < 0 ? 0 : paired && (point.Sample & 1) == 1 ? -recipe.Noise.Stdev : recipe.Noise.Stdev;
    }
}
