using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>How a value between pixels is made.</summary>
internal enum SamplingMode { Linear, Nearest, Cubic }

/// <summary>What lies outside the image.</summary>
internal enum SamplingOutside { Zero, Border, Reflection }

/// <summary>One neighbour along one axis: its index, within the image, and its weight.</summary>
internal readonly record struct SamplingTap(Value Index, Value Weight);

/// <summary>The neighbours of places along one axis of an image.</summary>
internal static class SamplingAxis
{
    private const double CubicA = -0.75; // of PyTorch's and ONNX Runtime's GridSample

    /// <summary>The neighbours of <paramref name="place"/>, counted in pixels from the middle of the first.</summary>
    public static SamplingTap[] Taps(Value place, long size, SamplingMode mode, SamplingOutside outside, bool aligned)
    {
        var g = place.Graph;
        if (mode == SamplingMode.Nearest) place = g.Unary("Round", place);
        if (outside == SamplingOutside.Border && mode != SamplingMode.Cubic) place = g.Clip(place, 0, size - 1);
        if (outside == SamplingOutside.Reflection && mode != SamplingMode.Cubic) place = Reflected(place, size, aligned);
        if (mode == SamplingMode.Nearest) return [Tap(place, Ones(place), size, outside, aligned)];

        var first = g.Unary("Floor", place);
        var t = place - first;
        return mode == SamplingMode.Linear
            ? [Tap(first, 1 - t, size, outside, aligned), Tap(first + 1, t, size, outside, aligned)]
            : [.. Enumerable.Range(-1, 4).Select(i => Tap(first + i, Cubic(t, i), size, outside, aligned))];
    }

    /// <summary>Linear neighbours as RoiAlign has them: zero more than a pixel outside, the border's value within that pixel.</summary>
    public static SamplingTap[] Within(Value place, long size)
    {
        var g = place.Graph;
        var valid = g.Cast(g.Test("And", g.Test("GreaterOrEqual", place, place.Like(-1)), g.Test("LessOrEqual", place, place.Like(size))), place.Type.Element);
        var kept = g.Clip(place, 0, size - 1);
        var first = g.Unary("Floor", kept);
        var t = kept - first;
        return [new(Index(first), (1 - t) * valid), new(Index(g.Clip(first + 1, 0, size - 1)), t * valid)];
    }

    /// <summary>Adds up what <paramref name="gather"/> gives for every combination of neighbours, by index into the flattened image and weight.</summary>
    public static Value Sum(SamplingTap[][] axes, long[] sizes, Func<Value, Value, Value> gather)
    {
        Value? sum = null;
        Add(0, null, null);
        return sum!;

        void Add(int axis, Value? index, Value? weight)
        {
            if (axis == axes.Length)
            {
                var part = gather(index!, weight!);
                sum = sum is null ? part : sum + part;
                return;
            }
            var stride = sizes[(axis + 1)..].Count();
            foreach (var tap in axes[axis])
            {
                var step = stride == 1 ? tap.Index : tap.Index * tap.Index.Like(stride);
                Add(axis + 1, index is null ? step : index + step, weight is null ? tap.Weight : weight * tap.Weight);
            }
        }
    }

    private static SamplingTap Tap(Value at, Value weight, long size, SamplingOutside outside, bool aligned)
    {
        var g = at.Graph;
        if (outside == SamplingOutside.Zero)
        {
            var inside = g.Test("And", g.Test("GreaterOrEqual", at, at.Like(0)), g.Test("LessOrEqual", at, at.Like(size - 1)));
            weight *= g.Cast(inside, at.Type.Element);
        }
        if (outside == SamplingOutside.Reflection) at = Reflected(at, size, aligned);
        return new(Index(g.Clip(at, 0, size - 1)), weight);
    }

    private static Value Ones(Value x) => x.Graph.Expand(x.Graph.Reshape(x.Like(1), [.. Enumerable.Repeat(1L, x.Rank)]), x.Shape);

    private static Value Index(Value whole) => whole.Graph.Cast(whole, ElementType.Int64);

    // Mirrors at the middle of the outer pixels where corners are aligned, at their outer edges otherwise.
    private static Value Reflected(Value x, long size, bool aligned)
    {
        var g = x.Graph;
        var (low, span) = aligned ? (0.0, size - 1.0) : (-0.5, size);
        if (span == 0) return x * 0;
        var distance = g.Unary("Abs", x - low);
        var turns = g.Unary("Floor", distance / span);
        var rest = distance - (turns * span);
        var odd = turns - (g.Unary("Floor", turns / 2.0) * 2);
        return rest + (odd * (span - (rest * 2))) + low;
    }

    // Keys' cubic at distance |t - i| from the neighbour i, t from 0 to 1.
    private static Value Cubic(Value t, int i)
    {
        var d = i <= 0 ? t - i : i - t;
        return i is 0 or 1
            ? (((d * (CubicA + 2)) - (CubicA + 3)) * d * d) + 1
            : (((((d * CubicA) - (5 * CubicA)) * d) + (8 * CubicA)) * d) - (4 * CubicA);
    }
}
