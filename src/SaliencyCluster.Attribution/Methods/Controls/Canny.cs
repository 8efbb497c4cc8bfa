using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Controls;

/// <summary>Canny's edges of the image: 1 on an edge, else 0.</summary>
/// <remarks>Canny, 1986, https://doi.org/10.1109/TPAMI.1986.4767851.</remarks>
public sealed class Canny() : ControlMethod(
    "canny", "Thin edges of the image; a control that sees no model.", "Canny, 1986, https://doi.org/10.1109/TPAMI.1986.4767851")
{
    /// <inheritdoc/>
    protected override Plane Map(MethodContext context) => CannyEdges.OfImage(context.Image);
}
