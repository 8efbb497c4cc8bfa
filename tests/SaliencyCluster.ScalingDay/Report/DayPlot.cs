using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
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
        plot.Axes.Add(new LinearAxis { Key = "workers", Position = AxisPosition.Left, StartPosition = 0.42, EndPosition = 1, Minimum = 0, MajorStep = 5, Title = "workers", AxisTitleDistance = 10, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = Grid });
        plot.Axes.Add(new LinearAxis { Key = "backlog", Position = AxisPosition.Left, StartPosition = 0, EndPosition = 0.36, Minimum = 0, Title = "GPU-minutes", AxisTitleDistance = 4, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = Grid });
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.TopRight, LegendBorderThickness = 0, LegendBackground = OxyColor.FromAColor(200, OxyColors.White) });
        plot.Series.Add(Line("workers", Workers, 1.5, day.Moments.Select(m => (m.Hour, (double)m.Workers)), "workers", stairs: true));
        plot.Series.Add(Line("steady load", Demand, 1.5, day.Moments.Select(m => (m.Hour, m.Demand)), "workers", stairs: false));
        plot.Series.Add(Line("backlog", Backlog, 1.2, day.Moments.Select(m => (m.Hour, m.BacklogSeconds / 60)), "backlog", stairs: false));
        return new SvgExporter { Width = 960, Height = 520, UseVerticalTextAlignmentWorkaround = true }.ExportToString(plot);
    }

    private static LineSeries Line(string title, OxyColor color, double width, IEnumerable<(double X, double Y)> points, string axis, bool stairs)
    {
        var line = stairs ? new StairStepSeries { VerticalStrokeThickness = width } : new LineSeries();
        (line.Title, line.Color, line.StrokeThickness, line.YAxisKey) = (title, color, width, axis);
        line.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
        return line;
    }
}
