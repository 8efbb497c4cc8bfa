using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Cli.Progress;

namespace SaliencyCluster.Cli.Tests.Progress;

public sealed class ProgressTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Rate_and_time_left_follow_from_the_last_seconds()
    {
        var meter = new ProgressMeter(1000, _clock);
        Work(meter, seconds: 20, perSecond: 10);
        Work(meter, seconds: 20, perSecond: 20);
        var reading = meter.Read();
        Assert.Equal(600, reading.Done);
        Assert.Equal(20, reading.Rate, 0.1);
        Assert.Equal(20, reading.Left!.Value.TotalSeconds, 0.1);
    }

    [Fact]
    public void Work_that_begins_again_has_the_rate_since_then()
    {
        var meter = new ProgressMeter(1000, _clock);
        Work(meter, seconds: 20, perSecond: 10);
        meter.Add(-150);
        Assert.Equal((50, 0), (meter.Read().Done, meter.Read().Rate));
        Work(meter, seconds: 2, perSecond: 10);
        Assert.Equal((70, 10), (meter.Read().Done, meter.Read().Rate));
    }

    [Fact]
    public void Work_that_turns_out_to_be_less_is_taken_from_the_whole()
    {
        var meter = new ProgressMeter(18, _clock);
        Work(meter, seconds: 1, perSecond: 16);
        meter.AddTotal(-2);
        Assert.StartsWith("[####################] 100% 16/16 points", ProgressText.Bar(meter.Read(), "points"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_done_means_no_time_left_is_known() => Assert.Null(new ProgressMeter(10, _clock).Read().Left);

    [Fact]
    public void Work_of_unknown_length_has_a_rate_but_no_end()
    {
        var meter = new ProgressMeter(0, _clock);
        Work(meter, seconds: 2, perSecond: 5);
        Assert.Equal("10 points, 5.00 points/s", ProgressText.Bar(meter.Read(), "points"));
    }

    [Fact]
    public void A_bar_shows_share_amount_rate_and_time_left() => Assert.Equal(
        "[##########----------] 50% 1,000/2,000 points, 230 points/s, 4.3 s left",
        ProgressText.Bar(new(1000, 2000, 230, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4.34)), "points"));

    [Theory]
    [InlineData(3.14159, "3.1 s")]
    [InlineData(59, "59 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(3 * 3600 + 240, "3 h 4 min")]
    [InlineData(30 * 3600, "1 d 6 h")]
    public void Times_are_written_in_their_two_largest_units(double seconds, string text) => Assert.Equal(text, ProgressText.Time(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_terminal_gets_one_line_that_is_drawn_again_and_removed_in_the_end()
    {
        var error = new StringWriter();
        using (var display = new ProgressDisplay(new CliHost(TextWriter.Null, error, _clock) { ErrorIsTerminal = true }, 4, "points"))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            display.Meter.Add(2);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Contains("\r[##########----------] 50% 2/4 points", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" \r", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.ToString());
    }

    [Fact]
    public void A_log_gets_a_line_every_few_seconds()
    {
        var error = new StringWriter { NewLine = "\n" };
        using (var display = new ProgressDisplay(new CliHost(TextWriter.Null, error, _clock), 100, "points"))
        {
            for (var second = 0; second < 11; second++)
            {
                display.Meter.Add(5);
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
        Assert.Equal(2, error.ToString().Count(c => c == '\n'));
        Assert.StartsWith("25% 25/100 points", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_json_nothing_is_shown()
    {
        var error = new StringWriter();
        using (new ProgressDisplay(new CliHost(TextWriter.Null, error, _clock) { Json = true }, 4, "points")) _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(error.ToString());
    }

    private void Work(ProgressMeter meter, int seconds, int perSecond)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            meter.Add(perSecond);
        }
    }
}
