using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Attention;

/// <summary>A map on the places of a transformer's tokens, <c>[1,h,w]</c>, made of its attention at the image.</summary>
public abstract class AttentionMethod(string name, PointMap map, MethodDescription description) : OnePointMethod(name, description)
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(map);
}
