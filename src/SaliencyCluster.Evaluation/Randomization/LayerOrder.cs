namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>In which order layers lose what they learned.</summary>
public enum LayerOrder
{
    /// <summary>The output layer first, then more and more layers towards the input (Adebayo et al., 2018).</summary>
    CascadingFromOutput,

    /// <summary>The input layer first, then more and more layers towards the output (Hedstroem et al., 2024).</summary>
    CascadingFromInput,

    /// <summary>One layer at a time, the others as trained (Adebayo et al., 2018).</summary>
    Independent,
}
