using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace SaliencyCluster.ScalingDay.Report;

/// <summary>The day as a picture: workers above, backlog below.</summary>
internal static class DayPlot
{
    private static readonly OxyColor Ink = OxyColor.FromRgb(0x33, 0x33, 0x33), Workers = OxyColor.FromRgb(0x1f, 0x6f, 0xb4), Demand = OxyColor.FromRgb(0xd9, 0x5f, 0x02),
        Backlog = OxyColor.FromRgb(0x7a, 0x52, 0xa0), Grid = OxyColor.FromRgb(0xe4, 0xe4, 0xe4);

    public static string Svg(DayResult day)
    {
        var plot = new PlotModel
        {
            Title = "A day of jobs: workers follow the work", TitleFontSize = 15, TitleFontWeight = FontWeights.Normal, TextColor = Ink, DefaultFont = "sans-serif",
            Background = OxyColors.White, PlotAreaBorderColor = Grid,
        };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, Maximum = 24, MajorStep = 3, MinorStep = 1, Title = "hour of the day", MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = Grid });
        plot.Axes.Add(new LinearAxis { Key = "workers", Position = AxisPosition.Left, StartPosition = 0.42, EndPosition = 1, Minimum = 0, MajorStep = 5, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = Grid });
        plot.Axes.Add(new LinearAxis { Key = "backlog", Position = AxisPosition.Left, StartPosition = 0, EndPosition = 0.36, Minimum = 0, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = Grid });
        // Words beside the lines: the exporter cannot measure the text of a legend.
        plot.Annotations.Add(Text("workers", Workers, 15.7, 17, "workers"));
        plot.Annotations.Add(Text("what the steady small jobs would keep busy", Demand, 15.7, 8.5, "workers"));
        plot.Annotations.Add(Text("work that waits or is held, in GPU-minutes", Backlog, 2.6, 70, "backlog"));
        plot.Series.Add(Line("workers", Workers, 1.5, day.Moments.Select(m => (m.Hour, (double)m.Workers)), "workers", stairs: true));
        plot.Series.Add(Line("steady load", Demand, 1.5, day.Moments.Select(m => (m.Hour, m.Demand)), "workers", stairs: false));
        plot.Series.Add(Line("backlog", Backlog, 1.2, day.Moments.Select(m => (m.Hour, m.BacklogSeconds / 60)), "backlog", stairs: false));
        return new SvgExporter { Width = 960, Height = 520, UseVerticalTextAlignmentWorkaround = true }.ExportToString(plot);
    }

    private static TextAnnotation Text(string text, OxyColor color, double x, double y, string axis) => new()
    {
        Text = text, TextColor = color, TextPosition = new(x, y), YAxisKey = axis, StrokeThickness = 0, FontSize = 13,
        TextHorizontalAlignment = HorizontalAlignment.Left, TextVerticalAlignment = VerticalAlignment.Middle,
    };

    private static LineSeries Line(string title, OxyColor color, double width, IEnumerable<(double X, double Y)> points, string axis, bool stairs)
    {
        var line = stairs ? new StairStepSeries { VerticalStrokeThickness = width } : new LineSeries();
        (line.Title, line.Color, line.StrokeThickness, line.YAxisKey) = (title, color, width, axis);
        line.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
        return line;
    }
}
