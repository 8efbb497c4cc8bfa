using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Abstractions.Queue;

/// <summary>
/// What a worker must know of to compute a round as it is meant. A worker of an older version does not see members that a round got later,
/// and would compute something else without a word: while a cluster is upgraded it gets none of that work.
/// </summary>
/// <remarks>
/// 0: version 0.1. 1: named outputs and outputs as they are, channels last, segments, the maps after Guided Grad-CAM (attention's too), DeepLIFT's rules and
/// baselines, activations as points, scores of tensors between image and output, layers of tokens, classes that a target is held against,
/// pictures that are cropped, fitted or blue first.
/// </remarks>
public static class WorkLevel
{
    /// <summary>The level of this version.</summary>
    public const int Current = 1;

    /// <summary>Gets the lowest level that computes a round of images that are prepared in some way.</summary>
    public static int Of(Round round, ModelPreprocessing preprocessing) =>
        round.Output is not null || round.Score != ScoreKind.Output || round.AsIs || round.Similarity is not null
        || round.Layout != ImageLayout.ChannelsFirst || round.Map > PointMap.GuidedGradCam
        || round.Recipe.Path > PathKind.Perturbed || round.Rules > GradientRules.Deconvolution
        || round.Recipe.Multiplier > MultiplierKind.Segment || round.BehindLayer || round.Tokens || round.Against.Count > 0 || preprocessing.Resize is not null
            || preprocessing.BlueFirst ? 1 : 0;
}
