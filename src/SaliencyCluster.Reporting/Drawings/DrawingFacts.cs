namespace SaliencyCluster.Reporting.Drawings;

/// <summary>What was drawn by gradient ascent, as a page tells it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Inverts">Whether images were rebuilt from layers; otherwise units were maximised.</param>
/// <param name="Units">Units or layers.</param>
public sealed record DrawingFacts(string Model, bool Inverts, IReadOnlyList<DrawnUnit> Units)
{
    /// <summary>Gets the image that was rebuilt; null where none was, or it is no picture.</summary>
    public PagePicture? Given { get; init; }

    /// <summary>Gets what could not be drawn.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}

/// <summary>A unit or layer.</summary>
/// <param name="Name">As it was named.</param>
/// <param name="Target">Its elements, resolved.</param>
/// <param name="Cost">What it cost, in words.</param>
/// <param name="Parameters">The options as resolved.</param>
/// <param name="Restarts">Its images.</param>
public sealed record DrawnUnit(
    string Name, string Target, string Cost, IReadOnlyDictionary<string, object?> Parameters, IReadOnlyList<DrawnRestart> Restarts)
{
    /// <summary>Gets the class that the pictures should be; null where the unit is none.</summary>
    public int? Wanted { get; init; }

    /// <summary>Gets how far saved pictures are from each other, from 0 to 255; null where there is one, or none are pictures.</summary>
    public double[][]? PixelDistances { get; init; }

    /// <summary>Gets how far they are from each other in a layer, in shares of their length; null where that is not known.</summary>
    public double[][]? FeatureDistances { get; init; }

    /// <summary>Gets that layer.</summary>
    public string? FeatureLayer { get; init; }
}

/// <summary>One image of a unit or layer.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Saved">The end; null where it is no picture.</param>
/// <param name="Frames">Images on the way.</param>
/// <param name="Trace">The value at every step.</param>
public sealed record DrawnRestart(
    int Number, PagePicture? Saved, IReadOnlyList<DrawnFrame> Frames, IReadOnlyList<double> Trace)
{
    /// <summary>Gets the value of the saved picture, read back; null where it is not known.</summary>
    public double? SavedValue { get; init; }

    /// <summary>Gets the class that the model says of it; null where it says none.</summary>
    public int? Class { get; init; }

    /// <summary>Gets its name.</summary>
    public string? Label { get; init; }

    /// <summary>Gets its probability; null where it is not known.</summary>
    public double? Probability { get; init; }
}

/// <summary>An image on the way.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Value">Its score, or relative error.</param>
/// <param name="Picture">The image; null where the page does not show it.</param>
public sealed record DrawnFrame(int Step, double Value, PagePicture? Picture);
