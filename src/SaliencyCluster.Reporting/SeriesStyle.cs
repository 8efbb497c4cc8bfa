using OxyPlot;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>How a method's curve looks, the same in every plot: colour, line and marker, so that it can be told without colour too.</summary>
/// <param name="Color">Line colour.</param>
/// <param name="Line">Line style; controls are not solid.</param>
/// <param name="Marker">Marker.</param>
internal sealed record SeriesStyle(OxyColor Color, LineStyle Line, MarkerType Marker)
{
    // Okabe and Ito's colours, which colour-blind readers can tell apart, then darker ones of the same hues.
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#8C564B", "#004B73", "#8A3D00", "#00573F", "#7D3F63"];
    private static readonly MarkerType[] Markers = [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];
    private static readonly LineStyle[] ControlLines = [LineStyle.Dash, LineStyle.DashDot, LineStyle.Dot];

    /// <summary>Gives every method a style.</summary>
    public static IReadOnlyDictionary<string, SeriesStyle> For(IEnumerable<MethodUnderTest> methods)
    {
        var styles = new Dictionary<string, SeriesStyle>();
        int plain = 0, controls = 0;
        foreach (var method in methods)
            styles[method.Name] = method.Control is null
                ? new(OxyColor.Parse(Colors[plain % Colors.Length]), LineStyle.Solid, Markers[plain++ % Markers.Length])
                : new(OxyColors.DimGray, ControlLines[controls++ % ControlLines.Length], MarkerType.None);
        return styles;
    }
}
