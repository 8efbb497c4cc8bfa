namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>A convolution of images in the usual terms; dilation 1, one group.</summary>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Outputs">Channels of the output.</param>
/// <param name="OutputHeight">Rows of the output.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Stride">The stride along both axes.</param>
/// <param name="Top">Rows of padding above.</param>
/// <param name="Left">Columns of padding to the left.</param>
public sealed record ConvolutionGeometry(
    int Channels, int Height, int Width, int Outputs, int OutputHeight, int OutputWidth, int KernelHeight, int KernelWidth, int Stride,
    int Top, int Left)
{
    /// <summary>Gets the products that are summed for all outputs of one image.</summary>
    public long MultiplyAdds => (long)Channels * Outputs * OutputHeight * OutputWidth * KernelHeight * KernelWidth;
}
