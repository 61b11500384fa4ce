package tui

// What a console for operations must have tests of, and where they are. Those of
// this package play every scene there is (scenes), which TestEveryScreenAndDialogIsAScene
// holds to being complete.
//
//	 1 frames have their size        TestEveryFrameHasItsSize, TestEveryThemeFits; uitest.Sizes in every package that draws
//	 2 answers and footer in view    TestAnswersAreInViewAtTheLeastSize, TestTooSmall
//	 3 golden frames                 TestScenes, TestNoGoldenFrameIsLeftOver; TestFrames of the screens
//	 4 the selection is of an id     table.TestSelectionFollowsTheID and its neighbours, inventory.TestSelectionSurvives
//	 5 the table of keys             TestKeyTable, TestTableOfKeys; uitest.KeyTable of the screens
//	 6 nobody answers by accident    TestNobodyAnswersByAccident; confirm.TestKeysBeforeArmingAreLost and its neighbours
//	 7 ways out                      TestInterruptLadder, TestHangupLeaves, TestAPanicStopsRunsWhereThatIsSafe,
//	                                 TestProgramEndsWithItsContext; on a real terminal: main.TestQuitLadder
//	 8 what the environment asks for main.TestTheEnvironmentDecidesTheLook, main.TestADumbTerminalGetsLines, TestNoColor, TestASCII
//	 9 untrusted text                TestNothingUntrustedReachesTheTerminal; uitest.Untrusted in every package that draws
//	10 no secret anywhere            main.TestNoSecretLeavesTheConsole, endtoend.TestCanary
//	11 a flood of lines              run.TestAFloodOfLinesIsBounded, logpane.TestPauseSurvivesTheRingBuffer,
//	                                 BenchmarkKeyToFrameInAFlood
//	12 plain lines do the same       TestBothFrontEndsDoTheSame, main.TestEveryVerbSpeaksPlainly, main.TestALineTellsARunSomething
//
// Measured, not judged, by `make bench`: BenchmarkFirstFrame, BenchmarkKeyToFrame on
// every scene over 10,000 credentials, BenchmarkTick, and main.BenchmarkIdleConsole
// with the share of a processor and the memory of the real process.
