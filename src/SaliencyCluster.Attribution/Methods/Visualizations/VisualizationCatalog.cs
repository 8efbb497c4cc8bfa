namespace SaliencyCluster.Attribution.Methods.Visualizations;

/// <summary>Methods that draw images: they are asked for by name, and are none of those that explain an image.</summary>
public static class VisualizationCatalog
{
    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<AscentMethod> All { get; } = [new Maximize(), new Invert()];

    /// <summary>Finds one by name; null where there is none.</summary>
    public static AscentMethod? Find(string name) => All.FirstOrDefault(m => m.Name == name);
}
