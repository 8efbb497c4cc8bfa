using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>Masks of activations. Which form is used where, and what it gains: decisions/0003-masks-in-the-blocked-layout.md.</summary>
internal sealed partial class GraphBuilder
{
    // The runtime keeps tensors of a multiple of 16 channels in its blocked layout on every CPU it knows.
    private const int BlockedChannels = 16;

    // A power of two multiplies exactly, and the smallest normal float times this is 2, so every positive one clips to 1.
    private static readonly double _huge = Math.Pow(2, 127);

    /// <summary><paramref name="dy"/> where <paramref name="y"/> is above 0, else 0.</summary>
    public Value KeepWherePositive(Value dy, Value y) => InBlockedLayout(y)
        ? dy * Saturated(y, _huge, 0)
        : Where(Test("Greater", y, y.Like(0)), dy, dy.Like(0));

    /// <summary><paramref name="dy"/> where <paramref name="y"/> is strictly between the bounds, else 0.</summary>
    public Value KeepWhereInside(Value dy, Value y, double low, double high)
    {
        if (double.IsNegativeInfinity(low) && double.IsPositiveInfinity(high)) return dy;
        if (low == 0 && double.IsPositiveInfinity(high)) return KeepWherePositive(dy, y);
        if (InBlockedLayout(y) && low == 0 && high is >= 1e-3 and < 1e6)
        {
            // (high - y) * 2^100 is exact at y = high and at least 1 for the next smaller float.
            var big = Math.Pow(2, 100);
            return dy * Saturated(y, _huge, 0) * Saturated(y, -big, (float)high * big);
        }
        if (double.IsNegativeInfinity(low)) return Where(Test("Less", y, y.Like(high)), dy, dy.Like(0));
        var above = Test("Greater", y, y.Like(low));
        return Where(double.IsPositiveInfinity(high) ? above : Test("And", above, Test("Less", y, y.Like(high))), dy, dy.Like(0));
    }

    // A GPU has no such layout: there the mask is what it is.
    private bool InBlockedLayout(Value y) =>
        Device == DeviceKind.Cpu && !IsPlain && y.Rank == 4 && y.Type.Element == ElementType.Float && y.Shape[1] % BlockedChannels == 0;

    /// <summary>Clip(y * weight + bias, 0, 1) as a depthwise 1x1 convolution, into which the runtime fuses the Clip.</summary>
    private Value Saturated(Value y, double weight, double bias)
    {
        var channels = y.Shape[1];
        var inputs = new List<Value> { y, Fill([channels, 1, 1, 1], weight) };
        if (bias != 0) inputs.Add(Fill([channels], bias));
        return Clip(Node("Conv", y.Type, [.. inputs], ("group", channels), ("kernel_shape", new long[] { 1, 1 })), 0, 1);
    }

    private Value Fill(long[] shape, double value)
    {
        var values = new double[shape.Count()];
        Array.Fill(values, value);
        return Floats(ElementType.Float, shape, values);
    }
}
