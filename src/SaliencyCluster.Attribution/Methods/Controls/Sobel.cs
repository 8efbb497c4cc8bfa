using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Controls;

/// <summary>Sobel's edge strength of the image, as the sanity checks compare with.</summary>
/// <remarks>Adebayo et al., 2018, https://arxiv.org/abs/1810.03292.</remarks>
public sealed class Sobel() : ControlMethod(
    "sobel", "Edge strength of the image; a control that sees no model.", "Adebayo et al., 2018, https://arxiv.org/abs/1810.03292")
{
    /// <inheritdoc/>
    protected override Plane Map(MethodContext context) => SobelEdges.OfImage(context.Image);
}
