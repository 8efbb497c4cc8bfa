using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>The map of each point, <c>[B, ...map]</c>. One function for each <see cref="PointMap"/>.</summary>
internal static class PointMaps
{
    public static Value Append(MapContext c) => c.Spec.Map switch
    {
        PointMap.Gradient => c.Gradient(c.Layer ?? c.Forward.Image),
        PointMap.GradCam => ClassActivation.GradCam(c, c.Spec.Rules),
        PointMap.GradCamPlusPlus => ClassActivation.GradCamPlusPlus(c),
        PointMap.LayerCam => ClassActivation.LayerCam(c),
        PointMap.HiResCam => ClassActivation.HiResCam(c),
        PointMap.XGradCam => ClassActivation.XGradCam(c),
        PointMap.Activation => ClassActivation.Activation(c),
        PointMap.ActivationTimesGradient => ClassActivation.ActivationTimesGradient(c),
        PointMap.GuidedGradCam => GuidedGradCam.Append(c),
        PointMap.AttentionRollout => AttentionMaps.Rollout(c),
        PointMap.GenericAttention => AttentionMaps.Generic(c),
        PointMap.FullGradient => FullGradient.Append(c),
        PointMap.LeGrad => AttentionMaps.LeGrad(c),
        _ => throw new ArgumentOutOfRangeException(nameof(c), c.Spec.Map, "Not a kind of map."),
    };
}
