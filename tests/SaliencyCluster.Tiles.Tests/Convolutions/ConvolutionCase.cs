using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Tests.Convolutions;

/// <summary>Random tensors for a convolution, and its results in float64 from the definition.</summary>
internal sealed class ConvolutionCase
{
    private readonly ConvolutionGeometry _geometry;
    private readonly bool _isBackward, _byPhases;
    private readonly Fusion _fusion;
    private readonly float[] _input, _unpacked, _residual, _mask;

    public ConvolutionCase(ConvolutionGeometry geometry, string direction, Fusion fusion, int images)
    {
        (_geometry, _fusion, Images) = (geometry, fusion, images);
        (_isBackward, _byPhases) = (direction != "forward", direction == "phases");
        Plan = direction switch
        {
            "forward" => ConvolutionPlan.Forward(geometry),
            "backward" => ConvolutionPlan.Backward(geometry),
            _ => ConvolutionPlan.BackwardByPhases(geometry),
        };
        InputHalo = Plan.Reach + (images % 2);
        OutputHalo = fusion.StoresFloats ? 0 : images % 3;
        var random = new Random(11);
        float Number() => BFloat.Widen(BFloat.Round((float)((random.NextDouble() * 2) - 1)));
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => Number())];
        _input = Numbers(images * Plan.Input.Channels * Plan.Input.Height * Plan.Input.Width);
        _unpacked = Numbers(geometry.Channels * geometry.Outputs * geometry.KernelHeight * geometry.KernelWidth);
        (_residual, _mask) = (Numbers(images * Plan.Output.Elements), Numbers(images * Plan.Output.Elements));
        Weights = new ushort[Plan.WeightElements];
        Plan.PackWeights(_unpacked, Weights);
        Bias = new float[Plan.BiasElements];
        for (var i = 0; i < Plan.Output.Channels; i++) Bias[i] = (float)random.NextDouble();
        Input = Packed(Plan.Input, _input, InputHalo);
        Residual = fusion.ResidualHalo is { } r ? Packed(Plan.Output, _residual[..(images * Count(Plan.Output))], r) : [];
        Mask = fusion.MaskHalo is { } m ? Packed(Plan.Output, _mask[..(images * Count(Plan.Output))], m) : [];
    }

    public ConvolutionPlan Plan { get; }

    public int Images { get; }

    public int InputHalo { get; }

    public int OutputHalo { get; }

    public ConvolutionOperands Operands => new() { Input = Input, Weights = Weights, Bias = Bias, Residual = Residual, Mask = Mask };

    public ushort[] Input { get; }

    public ushort[] Weights { get; }

    public float[] Bias { get; }

    public ushort[] Residual { get; }

    public ushort[] Mask { get; }

    /// <summary>Compares results [N,C,H,W] with the definition: a few rounding errors of sums, and one of what is stored.</summary>
    public void AssertClose(float[] results)
    {
        var (o, index) = (Plan.Output, 0);
        for (var n = 0; n < Images; n++)
            for (var c = 0; c < o.Channels; c++)
                for (var y = 0; y < o.Height; y++)
                    for (var x = 0; x < o.Width; x++, index++)
                    {
                        var (sum, size) = Sum(n, c, y, x);
                        var stored = _fusion.StoresFloats ? 0 : Math.Abs(sum) / 256;
                        var isClose = Math.Abs(results[index] - sum) <= (size * 2e-6) + stored;
                        Assert.True(isClose, $"[{n},{c},{y},{x}] is {results[index]}; it should be {sum}.");
                    }
    }

    private static int Count(PackedShape shape) => shape.Channels * shape.Height * shape.Width;

    private ushort[] Packed(PackedShape shape, float[] values, int halo)
    {
        var whole = shape with { Images = Images, Halo = halo };
        var packed = new ushort[whole.Elements];
        Packing.Pack(whole, values, packed);
        return packed;
    }

    private (double Sum, double Size) Sum(int n, int c, int y, int x)
    {
        var at = (((n * Plan.Output.Channels) + c) * Plan.Output.Height * Plan.Output.Width) + (y * Plan.Output.Width) + x;
        var sum = (double)Bias[c];
        var size = 1.0;
        var products = _byPhases ? PhaseProducts(n, c, y, x) : _isBackward ? BackwardProducts(n, c, y, x) : ForwardProducts(n, c, y, x);
        foreach (var product in products)
        {
            sum += product;
            size += Math.Abs(product);
        }
        if (_fusion.ResidualHalo is not null) sum += _residual[at];
        if (_fusion.Relu) sum = Math.Max(0, sum);
        return (_fusion.MaskHalo is not null && _mask[at] <= 0 ? 0 : sum, size);
    }

    private IEnumerable<double> ForwardProducts(int n, int o, int y, int x)
    {
        var g = _geometry;
        for (var i = 0; i < g.Channels; i++)
            for (var t = 0; t < g.KernelHeight; t++)
                for (var u = 0; u < g.KernelWidth; u++)
                    yield return (double)At(n, i, (y * g.Stride) + t - g.Top, (x * g.Stride) + u - g.Left) * Weight(o, i, t, u);
    }

    private IEnumerable<double> BackwardProducts(int n, int i, int y, int x)
    {
        var g = _geometry;
        for (var o = 0; o < g.Outputs; o++)
            for (var t = 0; t < g.KernelHeight; t++)
                for (var u = 0; u < g.KernelWidth; u++)
                    if ((y + g.Top - t) % g.Stride == 0 && (x + g.Left - u) % g.Stride == 0)
                        yield return (double)At(n, o, (y + g.Top - t) / g.Stride, (x + g.Left - u) / g.Stride) * Weight(o, i, t, u);
    }

    private IEnumerable<double> PhaseProducts(int n, int c, int y, int x)
    {
        var (phase, channel) = Math.DivRem(c, _geometry.Channels);
        var (row, column) = Math.DivRem(phase, _geometry.Stride);
        return BackwardProducts(n, channel, (y * _geometry.Stride) + row, (x * _geometry.Stride) + column);
    }

    private float Weight(int o, int i, int t, int u) =>
        _unpacked[(((((o * _geometry.Channels) + i) * _geometry.KernelHeight) + t) * _geometry.KernelWidth) + u];

    private float At(int n, int c, int y, int x) => y < 0 || x < 0 || y >= Plan.Input.Height || x >= Plan.Input.Width
        ? 0 : _input[(((((n * Plan.Input.Channels) + c) * Plan.Input.Height) + y) * Plan.Input.Width) + x];
}
