using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>
/// The arithmetic of <see cref="PackedConvolution"/> in plain code, for reading and for tests: sums begin at the bias and are float32;
/// what is added, masked and rounded comes after. Processors add the two products of a pair in an order of their own and take numbers
/// below the smallest normal one for zero, so results differ from these by the rounding of sums.
/// </summary>
public sealed class PortableConvolution(ConvolutionPlan plan, Fusion fusion, int images, int inputHalo, int outputHalo)
{
    private readonly ConvolutionShapes _shapes = new(plan, fusion, images, inputHalo, outputHalo);

    /// <summary>Computes the convolution; results are bf16.</summary>
    public void Run(ConvolutionOperands operands, Span<ushort> output)
    {
        var sums = new float[output.Length];
        Sum(operands, sums);
        for (var i = 0; i < sums.Length; i++) output[i] = BFloat.Round(sums[i]);
    }

    /// <summary>Computes the convolution; results are float32.</summary>
    public void Sum(ConvolutionOperands operands, Span<float> output)
    {
        var s = _shapes;
        s.Check(operands, output.Length);
        output.Clear();
        for (var n = 0; n < s.Input.Images; n++)
        {
            var weights = operands.Weights;
            foreach (var pass in plan.Passes)
            {
                for (var y = 0; y < pass.Height; y++)
                    for (var x = 0; x < pass.Width; x++)
                        for (var o = 0; o < plan.BiasElements; o++)
                        {
                            var (row, column) = ((y * pass.OutputStep) + pass.OutputY, (x * pass.OutputStep) + pass.OutputX);
                            int At(PackedShape shape) => (n * shape.ImageElements) + shape.Offset(row, column) + o;
                            var from = s.Input.Offset((y * pass.InputStep) + pass.InputY, (x * pass.InputStep) + pass.InputX);
                            var sum = operands.Bias[o] + Products(pass, o, operands.Input[((n * s.Input.ImageElements) + from)..], weights);
                            if (fusion.ResidualHalo is not null) sum += BFloat.Widen(operands.Residual[At(s.Residual)]);
                            if (fusion.Relu && sum < 0) sum = 0;
                            if (fusion.MaskHalo is not null && !(BFloat.Widen(operands.Mask[At(s.Mask)]) > 0)) sum = 0;
                            output[At(s.Output)] = sum;
                        }
                weights = weights[plan.PassElements(pass)..];
            }
        }
    }

    private float Products(ConvolutionPass pass, int output, ReadOnlySpan<ushort> window, ReadOnlySpan<ushort> weights)
    {
        var sum = 0f;
        for (var t = 0; t < pass.Rows; t++)
            for (var u = 0; u < pass.Columns; u++)
                for (var i = 0; i < _shapes.Input.PaddedChannels; i++)
                {
                    var value = BFloat.Widen(window[(t * _shapes.Input.RowElements) + (u * _shapes.Input.PaddedChannels) + i]);
                    sum += value * BFloat.Widen(weights[plan.PackedIndex(pass, output, i, t, u)]);
                }
        return sum;
    }
}
