namespace SaliencyCluster.Evaluation.Metrics.Faithfulness;

/// <summary>Turns the logits of a forward pass into probabilities.</summary>
public static class Softmax
{
    /// <summary>The probability of a class.</summary>
    public static double Of(ReadOnlySpan<float> logits, int index)
    {
        var greatest = double.NegativeInfinity;
        foreach (var v in logits) greatest = Math.Max(greatest, v);
        var sum = 0.0;
        foreach (var v in logits) sum += Math.Exp(v - greatest);
        return Math.Exp(logits[index] - greatest) / sum;
    }
}
