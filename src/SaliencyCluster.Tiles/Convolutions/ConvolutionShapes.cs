using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>The tensors of a convolution of some images, and the check that what is given has their sizes.</summary>
internal sealed class ConvolutionShapes
{
    public ConvolutionShapes(ConvolutionPlan plan, Fusion fusion, int images, int inputHalo, int outputHalo)
    {
        if (images < 1) throw new ArgumentOutOfRangeException(nameof(images), images, "At least one image is needed.");
        if (inputHalo < plan.Reach)
            throw new ArgumentOutOfRangeException(nameof(inputHalo), inputHalo, $"{plan.Reach} rows beyond the input are read.");
        if (fusion.StoresFloats && outputHalo != 0) throw new ArgumentException("Results in float32 have no halo.", nameof(outputHalo));
        if (plan.Output.Channels <= 4 && !fusion.StoresFloats)
            throw new ArgumentException("Results of up to four channels are stored in float32 only.", nameof(plan));
        (Plan, Fusion) = (plan, fusion);
        Input = plan.Input with { Images = images, Halo = inputHalo };
        Output = plan.Output with { Images = images, Halo = outputHalo };
        // Whole vectors are stored.
        if (fusion.StoresFloats) Output = Output with { Channels = plan.BiasElements };
        Residual = fusion.Residual(Output);
        Mask = fusion.Mask(Output);
    }

    public ConvolutionPlan Plan { get; }

    public Fusion Fusion { get; }

    public PackedShape Input { get; }

    public PackedShape Output { get; }

    public PackedShape Residual { get; }

    public PackedShape Mask { get; }

    /// <summary>Kernels follow addresses without looking: what they are given is checked before.</summary>
    public void Check(ConvolutionOperands operands, int output)
    {
        Check("input", operands.Input.Length, Input.Elements);
        Check("weights", operands.Weights.Length, Plan.WeightElements);
        Check("bias", operands.Bias.Length, Plan.BiasElements);
        Check("residual", operands.Residual.Length, Fusion.ResidualHalo is null ? 0 : Residual.Elements);
        Check("mask", operands.Mask.Length, Fusion.MaskHalo is null ? 0 : Mask.Elements);
        Check("output", output, Output.Elements);
    }

    private static void Check(string what, int given, int expected)
    {
        if (given != expected) throw new ArgumentException($"The {what} of a convolution has {expected} elements; {given} were given.");
    }
}
