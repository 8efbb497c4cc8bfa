namespace SaliencyCluster.Evaluation.Running;

/// <summary>Which class a map explains.</summary>
public enum ClassRule
{
    /// <summary>The class that the trained model predicts for the image (or the request's own target), whatever the model at hand says: Quantus' rule.</summary>
    Original,

    /// <summary>The class that the model at hand predicts: the rule of Adebayo et al.'s notebook.</summary>
    Predicted,

    /// <summary>A class other than the original one, drawn at random: the random-logit test.</summary>
    RandomOther,
}
