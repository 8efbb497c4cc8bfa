namespace SaliencyCluster.Evaluation.Metrics.Faithfulness;

/// <summary>What a curve of scores says in one number.</summary>
public static class CurveArea
{
    /// <summary>Area under evenly spaced scores over [0,1], trapezoidal: RISE's AUC of the insertion and deletion games.</summary>
    /// <param name="scores">At least two.</param>
    public static double UnderScores(IReadOnlyList<double> scores) =>
        (scores.Sum() - ((scores[0] + scores[^1]) / 2)) / (scores.Count - 1);

    /// <summary>Mean fall of the score below that of the untouched image: the area over the perturbation curve.</summary>
    /// <remarks>Samek et al., 2017, https://arxiv.org/abs/1509.06321.</remarks>
    /// <param name="scores">The untouched image's score first.</param>
    public static double OverScores(IReadOnlyList<double> scores) => scores.Average(s => scores[0] - s);
}
