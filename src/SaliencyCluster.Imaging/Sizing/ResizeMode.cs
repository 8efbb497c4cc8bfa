namespace SaliencyCluster.Imaging.Sizing;

/// <summary>What becomes of a picture that has not the model's height and width.</summary>
public enum ResizeMode
{
    /// <summary>It is stretched to the model's size, whatever becomes of its proportions.</summary>
    Stretch,

    /// <summary>Its short side is brought to a size, and the centre is cut out: torchvision's <c>Resize</c> and
    /// <c>CenterCrop</c>.</summary>
    Crop,

    /// <summary>It is brought into the model's size as a whole and stands in the middle of a fill (letterbox).</summary>
    Fit,

    /// <summary>It keeps its pixels and must have the model's size.</summary>
    None,
}
