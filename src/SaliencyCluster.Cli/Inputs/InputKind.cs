namespace SaliencyCluster.Cli.Inputs;

/// <summary>What an input file holds.</summary>
internal enum InputKind
{
    /// <summary>A picture file, to be brought through the model's preprocessing.</summary>
    Picture,

    /// <summary>An array of uint8: pixels, to be scaled as the model's preprocessing says.</summary>
    Pixels,

    /// <summary>An array of floats: an input of the model as it is.</summary>
    Prepared,
}
